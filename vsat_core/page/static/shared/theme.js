// Light, dark or as the system says. Loaded in the head, before anything is painted; not a module.
(() => {
  const KEY = "vsat-theme";
  const order = ["system", "light", "dark"];
  const stored = () => {
    try {
      return localStorage.getItem(KEY) ?? "system";
    } catch {
      return "system";
    }
  };
  const apply = (name) => {
    document.documentElement.dataset.theme = name;
    document.dispatchEvent(new CustomEvent("themechange", { detail: name }));
  };
  window.vsatTheme = {
    current: stored,
    next() {
      const name = order[(order.indexOf(stored()) + 1) % order.length];
      try {
        localStorage.setItem(KEY, name);
      } catch {
        // without storage the choice lasts as long as the page
      }
      apply(name);
      return name;
    },
  };
  apply(stored());
})();
