/** Text with Telegram entities as DOM nodes. Offsets are in UTF-16 units, as in JavaScript strings. */
import { el } from "./dom.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]); // They end their line themselves.
const SAFE_LINK = /^(https?|mailto|tel):/i;

export function formatted(text, entities) {
  const spans = entities.filter((entity) => entity.type in TAGS || entity.type === "text_link" || entity.type === "spoiler");
  return render(text, spans, 0, text.length);
}

function render(text, spans, from, to) {
  const nodes = [];
  let position = from;
  while (spans.length) {
    const [span, ...rest] = spans;
    const start = Math.max(span.offset, position), end = Math.min(span.offset + span.length, to);
    if (end <= start) {
      spans = rest;
      continue;
    }
    if (start > position) nodes.push(text.slice(position, start));
    const inside = rest.filter((other) => other.offset < end);
    nodes.push(wrap(span, render(text, inside, start, end)));
    position = BLOCKS.has(span.type) && end < to && text[end] === "\n" ? end + 1 : end;
    spans = rest.filter((other) => other.offset + other.length > end);
  }
  if (position < to) nodes.push(text.slice(position, to));
  return nodes;
}

function wrap(span, children) {
  if (span.type === "text_link" && SAFE_LINK.test(span.url)) {
    return el("a", { href: span.url, target: "_blank", rel: "noopener noreferrer" }, children);
  }
  if (span.type === "spoiler") return spoiler(children);
  return el(TAGS[span.type] ?? "span", {}, children);
}

function spoiler(children) {
  const node = el("button", { type: "button", class: "spoiler", "aria-expanded": "false" }, children);
  node.addEventListener("click", () => node.setAttribute("aria-expanded", "true"));
  return node;
}
