/** One person's phone: header, chat, composer, toasts and alerts. */
import { el, folded } from "./dom.js";
import { messageNode } from "./message.js";
import { Composer } from "./composer.js";
import { dayOf } from "./clock.js";
import { icon } from "./icons.js";
import { avatar } from "./people.js";
import * as api from "./api.js";

const ACTIONS = { upload_photo: "отправляет фото…", upload_document: "отправляет файл…" };
const ANSWER_MILLISECONDS = 3000; // A new message so soon after a tap is shown, however old the tapped one is.

export class Phone {
  constructor(person, { onClose, botName }) {
    this.person = person;
    this.messages = new Map();
    this.nodes = new Map();
    this.hint = this.hintQuote = "";
    this.pressedAt = -Infinity;
    this.status = el("p", { class: "phone-status" });
    this.botName = botName;
    this.log = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": `Чат: ${person.name}`, tabIndex: 0 });
    this.toast = el("div", { class: "toast", role: "status" });
    this.alertText = el("p", { class: "alert-text" });
    this.alertClose = el("button", { type: "button", class: "primary", onclick: () => this.closeAlert() }, "Понятно");
    this.alert = el("div", { class: "alert", role: "alertdialog", "aria-modal": "true", "aria-label": "Сообщение бота", hidden: true },
      el("div", { class: "alert-card" }, this.alertText, this.alertClose));
    this.alert.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.closeAlert();
      if (event.key === "Tab") event.preventDefault();
    });
    this.composer = new Composer(person.name, (draft) => this.send(draft));
    this.welcome = el("div", { class: "welcome" });
    this.menu = el("button", { type: "button", class: "round quiet", onclick: () => this.toggleBlock() }, icon("block"));
    this.node = el("section", { class: "phone", "aria-label": `Телефон: ${person.name}`, "data-user": String(person.user_id) },
      el("header", { class: "phone-head" },
        avatar(person),
        el("div", { class: "phone-who" }, el("h2", {}, person.name), this.status),
        this.menu,
        el("button", { type: "button", class: "round quiet close", title: "Убрать телефон", "aria-label": `Убрать телефон: ${person.name}`, onclick: onClose }, icon("close"))),
      el("div", { class: "screen" }, this.log, this.welcome, this.toast, this.alert),
      this.composer.node);
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files[0]) this.composer.attach(event.dataTransfer.files[0]);
    });
    this.showStatus();
  }

  async load() {
    const chat = await api.readChat(this.person.user_id);
    this.person.blocked = chat.blocked;
    const known = new Set(chat.messages.map((message) => message.id));
    for (const [id, message] of [...this.messages]) {
      if (!known.has(id) && message.version <= chat.version) this.remove(id);
    }
    this.log.setAttribute("aria-live", "off");
    for (const message of chat.messages) this.put(message);
    this.log.setAttribute("aria-live", "polite");
    this.showStatus();
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** Shows a new message, or an old one as it is now. */
  put(message) {
    const known = this.messages.get(message.id);
    if (known && known.version >= message.version) return;
    if (message.deleted) {
      this.remove(message.id);
      return;
    }
    const old = this.nodes.get(message.id);
    const answers = !old && performance.now() - this.pressedAt < ANSWER_MILLISECONDS;
    const stick = answers || this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    const node = messageNode(message, {
      onPress: (...press) => this.press(...press),
      onReply: (answered, quote) => this.composer.answer(answered, quote),
      onEdit: (edited) => this.composer.edit(edited),
    });
    if (old) this.replace(old, node);
    else this.insert(message, node);
    this.messages.set(message.id, message);
    this.nodes.set(message.id, node);
    this.welcome.hidden = true;
    if (message.from_bot) this.setAction("");
    if (stick || !message.from_bot) this.log.scrollTop = this.log.scrollHeight;
  }

  append(message, node) {
    const day = dayOf(message.date);
    if (day !== this.lastDay) this.log.append(el("p", { class: "day" }, day));
    this.lastDay = day;
    node.classList.add("arrived");
    this.log.append(node);
  }

  /** An event may overtake the first reading of the chat; its message still stands last. */
  insert(message, node) {
    const later = [...this.nodes.keys()].filter((id) => id > message.id);
    if (later.length) this.nodes.get(Math.min(...later)).before(node);
    else this.append(message, node);
  }

  /** A button that had the focus keeps it when its message is redrawn. */
  replace(old, node) {
    const focused = old.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    old.replaceWith(node);
    node.classList.add("changed");
    if (focused === undefined) return;
    const target = node.querySelector(`[data-key="${focused}"]`) ?? node.querySelector(".key") ?? this.log;
    target.focus({ preventScroll: true });
  }

  remove(id) {
    this.nodes.get(id)?.remove();
    this.nodes.delete(id);
    this.messages.delete(id);
  }

  setHint(text, quote) {
    if (this.hint === text && this.hintQuote === quote) return;
    this.hint = text;
    this.hintQuote = quote;
    this.showHint();
  }

  /** Marks the key the tour speaks of: in the newest message that has it (and the quote, if the tour gives
   * one), an equal text before a longer one. */
  showHint() {
    for (const key of this.log.querySelectorAll(".key.hinted")) key.classList.remove("hinted");
    if (!this.hint) return;
    const wanted = folded(this.hint), about = folded(this.hintQuote);
    for (const keyboard of [...this.log.querySelectorAll(".keyboard")].reverse()) {
      if (!folded(keyboard.parentNode.textContent).includes(about)) continue;
      const keys = [...keyboard.querySelectorAll(".key")];
      const key = keys.find((one) => folded(one.textContent) === wanted) ?? keys.find((one) => folded(one.textContent).includes(wanted));
      if (!key) continue;
      key.classList.add("hinted");
      this.reveal(key);
      return;
    }
  }

  /** Not by scrollIntoView: in Chromium the next Tab would go on from there, past the link to the phones. */
  reveal(key) {
    const seen = this.log.getBoundingClientRect(), whole = key.getBoundingClientRect();
    this.log.scrollTop += Math.max(0, whole.bottom - seen.bottom) + Math.min(0, whole.top - seen.top);
  }

  async press(message, row, column, text, key) {
    if (key.getAttribute("aria-busy") === "true") return;
    key.setAttribute("aria-busy", "true");
    this.pressedAt = performance.now();
    try {
      const answer = await api.press(this.person.user_id, message.id, row, column, text);
      if (!answer.answered) this.showToast("Бот не ответил. Попробуйте ещё раз.");
      else if (answer.text && answer.alert) this.showAlert(answer.text);
      else if (answer.text) this.showToast(answer.text);
    } catch (error) {
      this.explain(error);
    } finally {
      key.removeAttribute("aria-busy");
    }
  }

  async send({ text, file, asPhoto, replyTo, quote, edited }) {
    try {
      if (edited) await api.edit(this.person.user_id, edited, text);
      else if (file) await api.upload(this.person.user_id, file, { caption: text, asPhoto, replyTo });
      else await api.say(this.person.user_id, text, replyTo, quote);
      return true;
    } catch (error) {
      this.explain(error);
      return false;
    }
  }

  explain(error) {
    if (!(error instanceof api.Refused)) this.showToast("Нет связи с демонстрацией.");
    else if (error.status === 409) this.showToast("Этой кнопки уже нет.");
    else if (error.status === 413) this.showToast("Файл слишком большой.");
    else if (error.status === 422) this.showToast("Это не картинка. Отправьте её файлом.");
    else this.showToast("Не получилось. Обновите страницу.");
  }

  showToast(text) {
    this.toast.textContent = text;
    this.toast.classList.add("shown");
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => this.toast.classList.remove("shown"), 4000);
  }

  showAlert(text) {
    this.beforeAlert = document.activeElement;
    this.alertText.textContent = text;
    this.alert.hidden = false;
    this.alertClose.focus();
  }

  closeAlert() {
    this.alert.hidden = true;
    const back = this.beforeAlert?.isConnected ? this.beforeAlert : this.log;
    back.focus({ preventScroll: true });
  }

  setAction(action) {
    clearTimeout(this.actionTimer);
    this.action = action && (ACTIONS[action] ?? "печатает…");
    if (action) this.actionTimer = setTimeout(() => this.setAction(""), 5000);
    this.showStatus();
  }

  setBlocked(blocked) {
    this.person.blocked = blocked;
    this.showStatus();
  }

  async toggleBlock() {
    try {
      await (this.person.blocked ? api.unblock : api.block)(this.person.user_id);
    } catch (error) {
      this.explain(error);
    }
  }

  showStatus() {
    const { person } = this;
    const label = person.blocked ? "Разблокировать бота" : "Заблокировать бота";
    this.menu.title = label;
    this.menu.setAttribute("aria-label", `${label}: ${person.name}`);
    this.menu.setAttribute("aria-pressed", String(person.blocked));
    this.status.textContent = person.blocked ? "бот заблокирован" : this.action ? `${this.botName} ${this.action}` : person.role;
    this.status.classList.toggle("warning", person.blocked);
    this.welcome.hidden = this.messages.size > 0;
    if (this.messages.size === 0) this.showWelcome();
  }

  showWelcome() {
    const { person } = this;
    const command = person.start_code ? `/start ${person.start_code}` : "/start";
    this.welcome.replaceChildren(
      el("img", { class: "welcome-bell", src: "/static/bell.svg", alt: "", width: 56, height: 56 }),
      el("p", {}, person.hint || "Чат с ботом пока пуст."),
      el("button", { type: "button", class: "primary", onclick: () => this.send({ text: command }) }, "Начать"));
  }
}
