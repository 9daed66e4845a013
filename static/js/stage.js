// The screen of the room. Without this script the forms work and the page is read again
// by hand. With it, what is typed is kept on this device until it is stored, and every
// part marked data-live follows what others write.
const EVERY = 5000;
const form = document.querySelector("form[data-draft]");
const place = `layar:${document.body.dataset.stage}`;

if (form) keepDraft();
if (window.fetch && window.DOMParser) setInterval(follow, EVERY);

function keepDraft() {
  const isStored = document.querySelector("[data-stored]");
  const isRefused = form.querySelector(".has-error, .error-summary, .errorlist");
  if (isStored) forget();
  else if (!isRefused) takeUp();
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
}

function keep() {
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

function takeUp() {
  let values = null;
  try {
    values = JSON.parse(localStorage.getItem(place));
  } catch {
    return;
  }
  for (const [name, found] of Object.entries(values ?? {})) {
    for (const input of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (input.type === "radio") input.checked = found.includes(input.value);
      else if (input.multiple) {
        for (const option of input.options) option.selected = found.includes(option.value);
      } else [input.value] = found;
    }
  }
}

function forget() {
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
    if (!now || part.contains(document.activeElement)) continue;
    if (now.innerHTML !== part.innerHTML) part.innerHTML = now.innerHTML;
  }
}
