/** Building elements without ever writing HTML: whatever a person typed stays text. */

/**
 * Make an element. `props`: `class`, `on` {event: listener}, `data` {name: value}; any other key is an attribute
 * (true: present, false or null: left out). Children are elements or strings; null and false are left out.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

const SHAPES = {
  attach: "M16.5 6.5v9a4.5 4.5 0 0 1-9 0V5.8a3 3 0 0 1 6 0v9.1a1.5 1.5 0 0 1-3 0V7",
  send: "M4 12 20 4.5 15.5 20l-4-6.5z M11.5 13.5 20 4.5",
  close: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  down: "M6 9.5l6 6 6-6",
  list: "M8.5 7h11M8.5 12h11M8.5 17h11M4.5 7h.01M4.5 12h.01M4.5 17h.01",
  file: "M7 3.5h6.5L18 8v12.5H7z M13.5 3.5V8H18",
  save: "M12 4.5v10M7.5 10.5l4.5 4.5 4.5-4.5M5.5 19.5h13",
  pencil: "M5 19l1-4.5L16.5 4a2 2 0 0 1 3 3L9 17.5z",
  battery: "M3.5 8.5h14v7h-14z M19.8 10.8v2.4 M6 11v2 M8.8 11v2 M11.6 11v2",
};

/** A line drawing by name, hidden from screen readers: the button around it carries the label. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

const LINK = /https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]*_]/g;

const BOLD = /(?<![\w*])\*(\S(?:[^*\n]{0,78}\S)?)\*(?![\w*])/g;

/** Text in which *this* is bold, as WhatsApp writes it. */
function bolded(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(BOLD)) {
    if (found.index > from) nodes.push(text.slice(from, found.index));
    nodes.push(el("strong", {}, found[1]));
    from = found.index + found[0].length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

/** Text with its web addresses made into links and *words* bold. Everything becomes text nodes and elements. */
export function linked(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    if (found.index > from) nodes.push(...bolded(text.slice(from, found.index)));
    nodes.push(el("a", { href: found[0], target: "_blank", rel: "noopener noreferrer" }, found[0]));
    from = found.index + found[0].length;
  }
  if (from < text.length) nodes.push(...bolded(text.slice(from)));
  return nodes;
}

/** An address from the house that may be opened: on this server, over http. Anything else is null. */
export function ownAddress(address) {
  let url;
  try {
    url = new URL(address, document.baseURI);
  } catch {
    return null;
  }
  if (url.protocol === "blob:") return url.href;
  return /^https?:$/.test(url.protocol) && url.origin === location.origin ? url.href : null;
}
