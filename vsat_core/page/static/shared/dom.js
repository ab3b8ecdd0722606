// Making elements. Text from the data only ever becomes a text node, so that no name can turn into
// markup.
const SVG = "http://www.w3.org/2000/svg";

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

/** An element with attributes; a key that begins with "on" adds a listener. */
export const h = (tag, attributes, ...children) =>
  fill(document.createElement(tag), attributes, children);

/** Replace what is in an element. */
export const put = (node, ...children) => {
  node.replaceChildren();
  return fill(node, {}, children);
};

export const $ = (id) => document.getElementById(id);

/** A line drawing of 24 by 24 units: paths as strings; those that begin with "!" are filled. */
export function icon(...paths) {
  const svg = document.createElementNS(SVG, "svg");
  fill(svg, { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, []);
  for (const path of paths) {
    const solid = path.startsWith("!");
    const node = document.createElementNS(SVG, "path");
    svg.append(fill(node, { d: solid ? path.slice(1) : path, class: solid ? "solid" : null }, []));
  }
  return svg;
}

/** The number of a speaker on its colour; colours repeat after eight, numbers do not. */
export const swatch = (index) =>
  h("span", { class: `swatch speaker-${index % 8}`, "aria-hidden": "true" }, index + 1);
