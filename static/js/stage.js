// The screen of the room. Without this script the forms work and the page is read again
// by hand. With it, what is typed is kept on this device until it is stored, and every
// part marked data-live follows what others write.
// Who writes sees what the others write within 5 s; a full room reads less often.
const EVERY = Number(document.body.dataset.every) * 1000;
let shown = "";

for (const form of document.querySelectorAll("form[data-draft]")) keepDraft(form);
showCurrent();
if (window.fetch && window.DOMParser) setInterval(follow, EVERY);

function keepDraft(form) {
  const name = form.dataset.draft;
  const place = `layar:${document.body.dataset.stage}:${name}`;
  const isStored = document.querySelector(`[data-stored="${CSS.escape(name)}"]`);
  const isRefused = form.querySelector(".has-error, .error-summary, .errorlist");
  if (isStored) forget(place);
  else if (!isRefused) takeUp(form, place);
  form.addEventListener("input", () => keep(form, place));
  form.addEventListener("change", () => keep(form, place));
}

function keep(form, place) {
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (name === "csrfmiddlewaretoken" || name === "item") continue;
    (values[name] ??= []).push(value);
  }
  try {
    localStorage.setItem(place, JSON.stringify(values));
  } catch {
    // no room: what is typed stays on the page
  }
}

function takeUp(form, place) {
  let values = null;
  try {
    values = JSON.parse(localStorage.getItem(place));
  } catch {
    return;
  }
  for (const [name, found] of Object.entries(values ?? {})) {
    for (const input of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (["radio", "checkbox"].includes(input.type)) input.checked = found.includes(input.value);
      else if (input.multiple) {
        for (const option of input.options) option.selected = found.includes(option.value);
      } else [input.value] = found;
    }
  }
  if (values) form.closest("details")?.setAttribute("open", "");
}

function forget(place) {
  try {
    localStorage.removeItem(place);
  } catch {
    // nothing was kept
  }
}

async function follow() {
  if (document.hidden) return;
  let text = "";
  try {
    const answer = await fetch(location.pathname, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    text = await answer.text();
  } catch {
    return; // no line now; the next time
  }
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const part of document.querySelectorAll("[data-live][id]")) {
    const now = fresh.getElementById(part.id);
    if (now) renew(part, now);
  }
  showCurrent();
}

// What is opened stays open, and the focus where it can be found again; else the part waits.
function renew(part, now) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  if (focused && !focused.id) return;
  for (const opened of part.querySelectorAll("details[id][open]")) {
    now.querySelector(`#${CSS.escape(opened.id)}`)?.setAttribute("open", "");
  }
  if (now.innerHTML === part.innerHTML) return;
  part.innerHTML = now.innerHTML;
  if (focused) document.getElementById(focused.id)?.focus({ preventScroll: true });
}

// The item that is talked about is in sight, also in a long agenda.
function showCurrent() {
  const item = document.querySelector(".stage-items .now");
  const list = item?.closest("[data-live]");
  if (!list || item.textContent === shown) return;
  shown = item.textContent;
  list.scrollTop += item.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 3;
}
