/** Where a person types: text, a reply, a photo or a document. */
import { el, fileSize } from "./dom.js";
import { icon } from "./icons.js";

export class Composer {
  /** `onSend({text, file, asPhoto, replyTo, quote, edited})` resolves when it is sent. */
  constructor(personName, onSend) {
    this.onSend = onSend;
    this.file = null;
    this.replyTo = null;
    this.quote = "";
    this.edited = null;
    this.input = el("textarea", { rows: 1, maxLength: 4096, placeholder: "Сообщение", "aria-label": `Сообщение от имени: ${personName}`, class: "field" });
    this.picker = el("input", { type: "file", class: "visually-hidden", tabIndex: -1, "aria-hidden": "true" });
    this.asFile = el("input", { type: "checkbox" });
    this.extras = el("div", { class: "extras" });
    this.node = el("form", { class: "composer" },
      this.extras,
      el("div", { class: "composer-row" },
        el("button", { type: "button", class: "round", title: "Прикрепить фото или документ", "aria-label": "Прикрепить фото или документ", onclick: () => this.picker.click() }, icon("attach")),
        this.picker, this.input,
        el("button", { type: "submit", class: "round send", title: "Отправить", "aria-label": "Отправить" }, icon("send"))));
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.send();
      } else if (event.key === "Escape") this.clearExtras();
    });
    this.input.addEventListener("input", () => this.fit());
    this.picker.addEventListener("change", () => this.attach(this.picker.files[0]));
  }

  attach(file) {
    this.file = file ?? null;
    this.asFile.checked = false;
    this.showExtras();
    this.input.focus();
  }

  answer(message, quote) {
    this.replyTo = message;
    this.quote = quote;
    this.edited = null;
    this.showExtras();
    this.input.focus();
  }

  edit(message) {
    this.clearExtras();
    this.edited = message;
    this.input.value = message.text;
    this.showExtras();
    this.fit();
    this.input.focus();
  }

  clearExtras() {
    this.file = this.replyTo = this.edited = null;
    this.quote = "";
    this.picker.value = "";
    this.showExtras();
  }

  showExtras() {
    const isImage = this.file?.type.startsWith("image/");
    this.extras.replaceChildren(...[
      this.edited && chip("Изменение", this.edited.preview, () => { this.edited = null; this.showExtras(); }),
      this.replyTo && chip("Ответ", this.quote || this.replyTo.preview || "сообщение", () => { this.replyTo = null; this.showExtras(); }),
      this.file && chip(isImage ? "Фото" : "Файл", `${this.file.name}, ${fileSize(this.file.size)}`, () => this.attach(null)),
      isImage && el("label", { class: "as-file" }, this.asFile, "файлом"),
    ].filter(Boolean));
  }

  async send() {
    const text = this.input.value.trim();
    if (!text && !this.file) return;
    const isImage = this.file && /^image\/(png|jpeg|gif|webp)$/.test(this.file.type);
    const draft = { text, file: this.file, asPhoto: Boolean(isImage && !this.asFile.checked), replyTo: this.replyTo?.id, quote: this.quote, edited: this.edited?.id };
    if (await this.onSend(draft)) {
      this.input.value = "";
      this.clearExtras();
      this.fit();
    }
  }

  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight + 2, 120)}px`;
  }
}

function chip(kind, text, onRemove) {
  return el("span", { class: "chip" }, el("b", {}, kind), " ", el("span", { class: "chip-text" }, text),
    el("button", { type: "button", class: "chip-remove", "aria-label": `Убрать: ${kind.toLowerCase()}`, onclick: onRemove }, icon("close")));
}
