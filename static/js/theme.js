// Before the first paint: the theme chosen here, else the one of the device.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage may be forbidden; then the device decides
    }
  };
  const apply = () => {
    root.dataset.bsTheme = chosen() || (dark.matches ? "dark" : "light");
  };
  root.classList.add("js");
  apply();
  dark.addEventListener("change", apply);
})();
