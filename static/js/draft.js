// The entry page saves by itself. What was typed is kept on this device until the server
// has answered; a saving whose answer was lost is sent again under the same key, so it is
// never done twice. Without this script the buttons of the page save.
const form = document.querySelector("[data-report]");
const WAIT = 2500;
const RETRY = [3000, 6000, 15000, 30000, 60000];

if (form && window.fetch && window.crypto?.randomUUID) start();

function start() {
  const words = form.dataset;
  const place = `laporan:${words.user}:${words.report}`;
  const say = form.querySelector("[data-saved]");
  const version = form.elements.version;
  // What is typed and not answered yet: lines by their key, and the texts of the whole.
  const dirty = new Set();
  let attempt = null; // { key, version, fields, keys }: sent, perhaps without an answer
  let timer = 0;
  let fails = 0;
  let isStopped = false;

  const stored = read(place);
  if (form.matches("[data-refused]")) {
    for (const box of form.querySelectorAll("[data-line]")) dirty.add(keyOf(box));
    for (const name of ["note", "nil_reason"]) dirty.add(name);
    keep();
  } else if (stored && !isShown(stored.fields)) {
    takeUp(stored);
  } else {
    forget(place);
  }

  form.addEventListener("input", (event) => touched(event.target));
  form.addEventListener("change", (event) => touched(event.target));
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    isStopped = true;
    keep();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) isStopped = false;
  });
  addEventListener("online", () => plan(0));
  addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && dirty.size) send();
  });

  function touched(input) {
    const box = input.closest("[data-line]");
    const key = box ? keyOf(box) : input.name;
    if (!key || key === "version") return;
    dirty.add(key);
    keep();
    tell(words.wordDirty, "edit");
    plan(WAIT);
  }

  function plan(wait) {
    clearTimeout(timer);
    if (!isStopped && (dirty.size || attempt)) timer = setTimeout(send, wait);
  }

  async function send() {
    if (isStopped || form.dataset.sending || !(dirty.size || attempt)) return;
    attempt ??= {
      key: crypto.randomUUID(),
      version: version.value,
      fields: fieldsOf(dirty),
      keys: [...dirty],
    };
    keep();
    form.dataset.sending = "1";
    tell(words.wordSaving, "clock");
    let response;
    try {
      response = await fetch(location.pathname, {
        method: "POST",
        body: bodyOf(attempt),
        headers: { Accept: "application/json", "Idempotency-Key": attempt.key },
        credentials: "same-origin",
      });
    } catch {
      delete form.dataset.sending;
      return lost();
    }
    delete form.dataset.sending;
    if (isStopped) return;
    if (response.redirected || response.status === 403) return tell(words.wordLogin, "lock");
    if (response.status >= 500 || response.status === 429) return lost();
    const answer = await response.json().catch(() => null);
    if (answer === null) return lost();
    if (response.ok) return done(answer);
    // Saved elsewhere or closed meanwhile: the page's own buttons say what to do.
    isStopped = true;
    tell(answer.detail, "warning");
  }

  function lost() {
    tell(words.wordKept, "warning");
    plan(RETRY[Math.min(fails++, RETRY.length - 1)]);
  }

  function done(answer) {
    fails = 0;
    const sent = attempt;
    attempt = null;
    version.value = answer.version;
    const now = new Map(fieldsOf(new Set(sent.keys)));
    const changed = sent.fields.some(([name, value]) => now.has(name) && now.get(name) !== value);
    const red = mark(answer.refused);
    for (const key of sent.keys) {
      if (!changed && !red.has(key)) dirty.delete(key);
    }
    keep();
    const isPart = red.size > 0 || answer.problems.length > 0;
    const text = isPart ? [words.wordPartSaved, ...answer.problems].join(" ") : answer.saved;
    tell(text, isPart ? "warning" : "check");
    if (answer.missing && !isPart) {
      say.append(` · ${words.wordMissing.replace("{count}", answer.missing)}`);
    }
    if (changed) plan(WAIT);
  }

  // Sentences of refused inputs, at their inputs; the keys of the lines that have some.
  function mark(errors) {
    const lines = new Set();
    for (const old of form.querySelectorAll("[data-said]")) old.remove();
    for (const input of form.querySelectorAll("[data-red]")) {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("data-red");
      input.classList.remove("is-invalid");
    }
    for (const [id, sentences] of Object.entries(errors)) {
      const input = document.getElementById(id);
      if (!input) continue;
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("data-red", "");
      input.classList.add("is-invalid");
      const said = document.createElement("p");
      said.className = "invalid-feedback d-block";
      said.dataset.said = "";
      said.textContent = sentences.join(" ");
      (input.closest(".incr") ?? input).after(said);
      const box = input.closest("[data-line]");
      if (box) lines.add(keyOf(box));
    }
    return lines;
  }

  // Figures of an earlier visit: put back where nobody saved since, else offered.
  function takeUp(draft) {
    attempt = draft.attempt ?? null;
    for (const key of draft.keys) dirty.add(key);
    if (draft.version === version.value) {
      putBack(draft.fields);
      tell(words.wordDirty, "edit");
      plan(0);
      return;
    }
    isStopped = true;
    const box = form.querySelector("[data-kept]");
    box.hidden = false;
    box.querySelector("[data-use]").addEventListener("click", () => {
      box.hidden = true;
      putBack(draft.fields);
      attempt = null;
      isStopped = false;
      keep();
      plan(0);
    });
    box.querySelector("[data-drop]").addEventListener("click", () => {
      box.hidden = true;
      dirty.clear();
      attempt = null;
      isStopped = false;
      forget(place);
    });
  }

  function keep() {
    if (!dirty.size && !attempt) return forget(place);
    const draft = {
      version: version.value,
      keys: [...dirty],
      fields: fieldsOf(dirty),
      attempt,
    };
    try {
      localStorage.setItem(place, JSON.stringify(draft));
    } catch {
      // no room or not allowed: the page itself still holds it
    }
  }

  function tell(text, state) {
    say.textContent = text;
    say.dataset.state = state;
    form.querySelector("[data-unsaved]").hidden = true;
  }
}

function keyOf(box) {
  return box.querySelector("[name=lines]").value;
}

// The inputs of these lines and texts as [name, value]; a box that is not ticked is "".
function fieldsOf(keys) {
  const fields = [];
  for (const box of form.querySelectorAll("[data-line]")) {
    if (!keys.has(keyOf(box))) continue;
    for (const input of box.querySelectorAll("input[name], select[name], textarea[name]")) {
      const isOff = input.type === "checkbox" && !input.checked;
      fields.push([input.name, isOff ? "" : input.value]);
    }
  }
  for (const name of ["note", "nil_reason"]) {
    if (keys.has(name)) fields.push([name, form.elements[name].value]);
  }
  return fields;
}

function bodyOf(attempt) {
  const body = new URLSearchParams(attempt.fields.filter(([, value]) => value !== ""));
  for (const [name, value] of attempt.fields) {
    if (value === "" && (name === "note" || name === "nil_reason")) body.set(name, "");
  }
  body.set("version", attempt.version);
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  return body;
}

function inputOf(name, value) {
  const found = form.elements[name];
  if (!found || found instanceof Element) return found;
  return [...found].find((input) => input.value === value);
}

// Whether the page shows these values already, typed as the server writes them or not.
function isShown(fields) {
  return fields.every(([name, value]) => {
    const input = inputOf(name, value);
    if (!input) return name === "lines";
    const shown = input.type === "checkbox" && !input.checked ? "" : input.value;
    return plain(shown) === plain(value);
  });
}

function plain(text) {
  const trimmed = text.trim().replaceAll("\r\n", "\n");
  if (!/^[\d.]*(,\d+)?$/.test(trimmed)) return trimmed;
  const [whole, part = ""] = trimmed.split(",");
  return `${whole.replaceAll(".", "")},${part.replace(/0+$/, "")}`;
}

function putBack(fields) {
  for (const [name, value] of fields) {
    const input = inputOf(name, value);
    if (!input || input.type === "hidden") continue;
    if (input.type === "checkbox") input.checked = value !== "";
    else input.value = value;
    input.closest("details")?.setAttribute("open", "");
    input.dispatchEvent(new Event("change", { bubbles: false }));
  }
}

function read(place) {
  try {
    return JSON.parse(localStorage.getItem(place));
  } catch {
    return null;
  }
}

function forget(place) {
  try {
    localStorage.removeItem(place);
  } catch {
    // nothing was kept
  }
}
