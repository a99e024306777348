/** The guided tour: one step at a time, done by the expected message or by «Далее». */
import { el, folded } from "./dom.js";
import { icon } from "./icons.js";

export class Tour {
  constructor(node, toggle, { onStep, onShow, onPlay, isOpen }) {
    Object.assign(this, { node, toggle, onStep, onShow, onPlay, isOpen, steps: [], index: 0, since: 0 });
    toggle.addEventListener("click", () => this.setShown(node.hidden));
  }

  get step() {
    return this.node.hidden ? undefined : this.steps[this.index];
  }

  /** `since` is the newest change known when the step began: what is older does not finish it. */
  set(steps, index, since, shown) {
    this.steps = steps;
    this.index = Math.min(index, steps.length);
    this.since = since;
    this.toggle.hidden = steps.length === 0;
    this.setShown(shown && steps.length > 0);
  }

  /** The host may change the story while it is open; the place in it stays. */
  setSteps(steps) {
    if (JSON.stringify(steps) !== JSON.stringify(this.steps)) this.set(steps, this.index, this.since, !this.node.hidden);
  }

  setShown(shown) {
    this.node.hidden = !shown;
    this.toggle.setAttribute("aria-expanded", String(shown));
    this.draw();
    this.onStep(this.step, true);
  }

  /** `asked` tells a person's wish to move on from a step that finished by itself. */
  go(index, since, asked = true) {
    this.index = Math.max(0, Math.min(index, this.steps.length));
    this.since = since;
    this.draw();
    this.onStep(this.step, asked);
  }

  /** Looks whether a message finishes the current step. */
  notice(userId, message) {
    const { step } = this;
    if (!step?.expect || userId !== (step.expect_user_id ?? step.user_id)) return;
    if (message.from_bot && !message.deleted && message.version > this.since && folded(message.text).includes(folded(step.expect))) {
      this.go(this.index + 1, message.version, false);
    }
  }

  /** The way to the step's phone, offered while that phone is not to be seen. */
  drawShow() {
    if (this.show) this.show.hidden = !this.step || this.isOpen(this.step.user_id);
  }

  draw() {
    const total = this.steps.length, step = this.steps[this.index];
    const progress = el("progress", { max: total, value: this.index, "aria-label": "Пройдено шагов" });
    const next = el("button", { type: "button", class: step?.say || step?.moment ? "plain" : "primary", onclick: () => this.go(this.index + 1, this.latest()) }, "Далее");
    const back = el("button", { type: "button", class: "plain", disabled: this.index === 0, onclick: () => this.go(this.index - 1, this.latest()) }, "Назад");
    const close = el("button", { type: "button", class: "round quiet", "aria-label": "Свернуть экскурсию", title: "Свернуть", onclick: () => { this.setShown(false); this.toggle.focus(); } }, icon("close"));
    this.show = el("button", { type: "button", class: "plain show", onclick: () => this.onShow(step) }, "Показать телефон");
    this.drawShow();
    const play = (step?.say || step?.moment) && el("button", { type: "button", class: "primary", onclick: async () => {
      play.disabled = true;
      if (!(await this.onPlay(this.index))) play.disabled = false;
    } }, step.moment ? "Перевести часы" : "Отправить");
    const body = step
      ? [el("h2", {}, step.title), el("p", { class: "tour-text" }, step.text),
        step.press && el("p", { class: "tour-press" }, "Нажмите ", el("span", { class: "tour-key" }, step.press)),
        step.say && el("div", { class: "tour-say" },
          step.quote && el("p", { class: "quote" }, step.quote),
          step.photo && el("p", { class: "tour-photo" }, "🖼 Фото"),
          el("p", {}, step.say)),
        el("div", { class: "tour-actions" }, ...[back, this.show, play, next].filter(Boolean))]
      : [el("h2", {}, "Теперь сами"),
        el("p", { class: "tour-text" }, "Откройте любого человека из списка и попробуйте что угодно: данные вымышленные и исчезнут вместе с демонстрацией."),
        el("div", { class: "tour-actions" }, el("button", { type: "button", class: "plain", onclick: () => this.go(0, this.latest()) }, "Сначала"))];
    const hadFocus = this.node.contains(document.activeElement);
    this.node.replaceChildren(el("div", { class: "tour-head" }, el("p", { class: "tour-count" }, step ? `Шаг ${this.index + 1} из ${total}` : "Пройдено"), progress, close), el("div", { class: "tour-body", "aria-live": "polite" }, body.filter(Boolean)));
    if (hadFocus) this.node.querySelector(".primary, .plain")?.focus();
  }
}
