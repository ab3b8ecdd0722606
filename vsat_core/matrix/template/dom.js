// Making elements. Text from the data only ever becomes a text node, so that no name can turn into
// markup.
const $ = (id) => document.getElementById(id);
const SVG = $("namespace").namespaceURI;

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined)
      node.setAttribute(key, value);
  }
  node.append(
    ...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false),
  );
  return node;
}

const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);
const put = (node, ...children) => (node.replaceChildren(), fill(node, {}, children));
const list = (lines, of = "ul") =>
  lines.length
    ? h(
        of,
        {},
        lines.map((line) => h("li", {}, line)),
      )
    : null;
const small = (...children) => h("p", { class: "small" }, children);

// A table in a box of its own that scrolls; the columns of numbers are named by index.
function table(head, rows, numbers = []) {
  const kind = (i) => (numbers.includes(i) ? "n" : null);
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": head.join(", ") },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map((name, i) => h("th", { scope: "col", class: kind(i) }, name)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            {},
            row.map((cell, i) => h("td", { class: kind(i) }, cell)),
          ),
        ),
      ),
    ),
  );
}

// What a button says once the text is copied. From a file the clipboard may be refused; then it is
// selected instead.
async function copied(text, node) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    getSelection().selectAllChildren(node);
    return document.execCommand("copy") ? "Copied" : "Selected";
  }
}

async function copyAndSay(text, node, label) {
  label.textContent = await copied(text, node);
  setTimeout(() => (label.textContent = "Copy"), 2000);
}

// Text to take away, with a button.
function copyable(text, name) {
  const code = h("pre", { tabindex: 0 }, text);
  const button = h(
    "button",
    {
      type: "button",
      class: "copy",
      "aria-label": `Copy ${name}`,
      onclick: () => copyAndSay(text, code, button),
    },
    "Copy",
  );
  return h("div", { class: "copyable" }, code, button);
}

// A command that is its own button.
function command(text) {
  const code = h("code", {}, text),
    label = h("span", { class: "say", role: "status" }, "Copy");
  return h(
    "button",
    {
      type: "button",
      class: "command",
      title: "Copy this command",
      onclick: () => copyAndSay(text, code, label),
    },
    code,
    label,
  );
}
