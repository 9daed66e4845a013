// Niceties. Every page works without them.
const root = document.documentElement;

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = theme;
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // kept for this page only
    }
  });
}

// A second press of a button must not send the form twice.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("[type=submit]")) {
      button.setAttribute("aria-busy", "true");
    }
  });
}
// Coming back with the browser's button shows the page as it was left: open it again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) {
      button.removeAttribute("aria-busy");
    }
  }
});

// A list answers as soon as a choice is made, but not on a phone, where several
// choices stand in one opened box; the button stays for typed values.
for (const form of document.querySelectorAll("form[data-filter]")) {
  form.addEventListener("change", (event) => {
    const isChoice = event.target.matches("select:not([multiple]), input[type=checkbox]");
    if (isChoice && matchMedia("(min-width: 768px)").matches) {
      form.requestSubmit();
    }
  });
  // Empty fields would only make the address long.
  form.addEventListener("formdata", (event) => {
    const empty = new Set();
    for (const [name, value] of event.formData) {
      if (value === "") empty.add(name);
    }
    for (const name of empty) {
      const values = event.formData.getAll(name).filter((value) => value !== "");
      event.formData.delete(name);
      for (const value of values) event.formData.append(name, value);
    }
  });
}

// Where the browser cannot keep the filters open on a wide screen by itself.
if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 768px)").matches) {
  for (const box of document.querySelectorAll("details.filter-box")) box.open = true;
}

// What went wrong is where reading starts.
document.querySelector("[data-focus]")?.focus();

// An opened menu closes by Escape and by a press elsewhere; only one is open at a time.
const menus = [...document.querySelectorAll("details.menu")];
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) {
    if (menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});
addEventListener("click", (event) => {
  for (const menu of menus) {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  }
});
