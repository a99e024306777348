/** The list of people with unread badges; on a narrow screen, the switcher. */
import { el, plural } from "./dom.js";

const TINTS = 8;

export function avatar(person) {
  const initials = person.name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("");
  return el("span", { class: `avatar tint-${person.user_id % TINTS}`, "aria-hidden": "true" }, person.emoji || initials);
}

export class People {
  constructor(list, find, onOpen) {
    this.list = list;
    this.onOpen = onOpen;
    this.people = [];
    this.unread = new Map();
    this.open = [];
    this.find = find;
    find.addEventListener("input", () => this.draw());
    list.addEventListener("keydown", (event) => this.walk(event));
  }

  set(people) {
    this.people = people;
    this.draw();
  }

  setOpen(open) {
    this.open = open;
    for (const id of open) this.unread.delete(id);
    this.draw();
  }

  addUnread(userId) {
    if (this.open.includes(userId)) return;
    this.unread.set(userId, (this.unread.get(userId) ?? 0) + 1);
    this.draw();
  }

  setPreview(userId, preview) {
    const person = this.people.find((other) => other.user_id === userId);
    if (person) person.preview = preview;
    this.draw();
  }

  draw() {
    const focused = document.activeElement?.dataset?.person;
    const wanted = this.find.value.trim().toLowerCase();
    const shown = this.people.filter((person) => `${person.name} ${person.role} ${person.group}`.toLowerCase().includes(wanted));
    const nodes = [];
    let group = "";
    for (const person of shown) {
      if (person.group && person.group !== group) nodes.push(el("li", { class: "group" }, person.group));
      group = person.group;
      nodes.push(el("li", {}, this.entry(person)));
    }
    if (!shown.length) nodes.push(el("li", { class: "group" }, "Никого не нашлось"));
    this.list.replaceChildren(...nodes);
    if (focused) this.list.querySelector(`[data-person="${focused}"]`)?.focus();
  }

  entry(person) {
    const unread = this.unread.get(person.user_id) ?? 0;
    const words = `${unread} ${plural(unread, "непрочитанное", "непрочитанных", "непрочитанных")}`;
    return el("button", {
      type: "button", class: person.started ? "person" : "person unbound", "data-person": String(person.user_id),
      "aria-pressed": String(this.open.includes(person.user_id)), title: person.hint || person.role,
      onclick: () => this.onOpen(person.user_id),
    },
    avatar(person),
    el("span", { class: "person-lines" },
      el("span", { class: "person-name" }, person.name),
      el("span", { class: "person-role" }, person.role),
      el("span", { class: "person-preview" }, person.blocked ? "бот заблокирован" : person.preview || (person.started ? "" : "ещё не в боте"))),
    unread > 0 && el("span", { class: "badge" }, el("span", { "aria-hidden": "true" }, String(Math.min(unread, 99))),
      el("span", { class: "visually-hidden" }, words)));
  }

  walk(event) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const entries = [...this.list.querySelectorAll(".person")];
    const next = entries[entries.indexOf(document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}
