/** One message of a chat as an element. */
import { el, fileSize } from "./dom.js";
import { icon } from "./icons.js";
import { formatted } from "./entities.js";
import { hoursAndMinutes } from "./clock.js";

const TALLEST_PHOTO = 320;

/** `onReply` gets the text that is selected in the message: that part is quoted. */
export function messageNode(message, { onPress, onReply, onEdit }) {
  const side = message.from_bot ? "from-bot" : "from-person";
  const bubble = el("div", { class: "bubble" },
    message.forwarded && el("p", { class: "forwarded" }, "Переслано"),
    message.reply_to && el("p", { class: "quote" }, message.reply_to.preview || "Сообщение"),
    message.photo && photo(message.photo),
    message.document && documentLink(message.document),
    message.contact && el("p", { class: "contact" }, `👤 ${message.contact}`),
    message.text && el("div", { class: "text", dir: "auto" }, formatted(message.text, message.entities)),
    el("p", { class: "meta" },
      message.pinned && el("span", { title: "Закреплено" }, "📌 "),
      message.edited && el("span", { class: "edited" }, "изменено "),
      el("time", {}, hoursAndMinutes(message.date))),
  );
  const reply = el("button", {
    type: "button", class: "reply", title: "Ответить", "aria-label": `Ответить на сообщение, ${hoursAndMinutes(message.date)}`,
    onmousedown: (event) => event.preventDefault(), // or the selection is lost before the click
    onclick: () => onReply(message, selectedIn(bubble, message.text)),
  }, icon("reply"));
  const edit = !message.from_bot && message.text && el("button", {
    type: "button", class: "reply edit", title: "Изменить", "aria-label": `Изменить сообщение, ${hoursAndMinutes(message.date)}`,
    onclick: () => onEdit(message),
  }, icon("edit"));
  return el("article", { class: `message ${side}`, "aria-label": message.from_bot ? "Бот" : "Вы", "data-id": String(message.id) },
    el("div", { class: "line" }, bubble, reply, edit),
    message.buttons.length > 0 && keyboard(message, onPress));
}

function selectedIn(bubble, whole) {
  const selection = window.getSelection();
  const text = bubble.querySelector(".text");
  if (!text || selection.isCollapsed || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) return "";
  const quote = selection.toString().trim();
  return whole.includes(quote) ? quote : "";
}

/** Its place is kept before it has come, so that nothing below it jumps. */
function photo(file) {
  const scale = Math.min(1, TALLEST_PHOTO / file.height);
  const image = el("img", { class: "photo", src: file.url, alt: "Фотография", width: Math.round(file.width * scale), height: Math.round(file.height * scale), loading: "lazy" });
  return el("a", { href: file.url, target: "_blank", class: "photo-link", "aria-label": "Открыть фотографию" }, image);
}

function documentLink(file) {
  return el("a", { class: "document", href: file.url, download: file.name },
    el("span", { class: "document-icon", "aria-hidden": "true" }, icon("document")),
    el("span", {}, el("span", { class: "document-name" }, file.name),
      el("span", { class: "document-size" }, fileSize(file.size), " · скачать")));
}

function keyboard(message, onPress) {
  return el("div", { class: "keyboard", role: "group", "aria-label": "Кнопки сообщения" },
    message.buttons.map((row, rowIndex) => el("div", { class: "row" },
      row.map((button, columnIndex) => key(message, button, rowIndex, columnIndex, onPress)))));
}

/** «Ознакомлен(а)» on a narrow key: a line ends before the bracket, not inside it. */
function label(text) {
  return el("span", {}, text.split(/(?=\()/).flatMap((part, index) => (index ? [el("wbr"), part] : [part])));
}

function key(message, button, row, column, onPress) {
  if (button.url) {
    const safe = /^https?:/i.test(button.url);
    return el("a", { class: "key", href: safe ? button.url : undefined, target: "_blank", rel: "noopener noreferrer" }, button.text, " ↗");
  }
  const node = el("button", {
    type: "button", class: "key", disabled: !button.press,
    "data-key": `${row}:${column}`,
  }, label(button.text));
  node.addEventListener("click", () => onPress(message, row, column, button.text, node));
  return node;
}
