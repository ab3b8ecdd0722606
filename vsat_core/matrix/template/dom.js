// Making elements. Text from the data only ever becomes a text node, so that no name can turn into markup.
const $ = (id) => document.getElementById(id);
const SVG = $("namespace").namespaceURI;

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
const put = (node, ...children) => (node.replaceChildren(), fill(node, {}, children));
const list = (lines, of = "ul") => (lines.length ? h(of, {}, lines.map((line) => h("li", {}, line))) : null);

// A table in a box of its own that scrolls; the columns of numbers are named by index.
function table(head, rows, numbers = []) {
  const kind = (i) => (numbers.includes(i) ? "n" : null);
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": head.join(", ") }, h("table", {},
    h("thead", {}, h("tr", {}, head.map((name, i) => h("th", { scope: "col", class: kind(i) }, name)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, i) => h("td", { class: kind(i) }, cell)))))));
}

// Text to take away, with a button. From a file the clipboard may be refused; then the text is selected instead.
function copyable(text, label) {
  const code = h("pre", { tabindex: 0 }, text);
  const button = h("button", { type: "button", class: "copy", "aria-label": `Copy ${label}` }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = document.execCommand("copy") ? "Copied" : "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  return h("div", { class: "copyable" }, code, button);
}
