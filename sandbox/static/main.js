/** The page: which phones are open, what the server tells, where the tour is. The hash keeps both. */
import { play, readState, listen } from "./api.js";
import { setClock, showClock } from "./clock.js";
import { People } from "./people.js";
import { Phone } from "./phone.js";
import { Tour } from "./tour.js";

const $ = (id) => document.getElementById(id);
const MOST_PHONES = 3;
const PHONE_WIDTH = 340;
const phones = new Map();
const tick = showClock($("day"), $("time"));
let state = { people: [], tour: [], version: 0 };
let ready = false;

const people = new People($("people"), $("find"), (userId) => showPhone(userId, { focus: true }));
const tour = new Tour($("tour"), $("tour-toggle"), { onStep: playStep, onShow: (step) => showPhone(step.user_id, { focus: true }), onPlay: playFor, isOpen: (userId) => phones.has(userId) });
tour.latest = () => state.version;

/** How many phones fit side by side without their buttons getting narrow. */
function room() {
  return Math.max(1, Math.min(MOST_PHONES, Math.floor($("phones").clientWidth / PHONE_WIDTH)));
}

function readHash() {
  const values = new URLSearchParams(location.hash.slice(1));
  return {
    open: (values.get("open") ?? "").split(",").filter(Boolean).map(Number),
    step: Number(values.get("step") ?? 0) || 0,
    tour: values.get("tour") !== "off",
  };
}

function writeHash() {
  if (!ready) return;
  const values = [`open=${[...phones.keys()].join(",")}`, `step=${tour.index}`];
  if ($("tour").hidden) values.push("tour=off");
  history.replaceState(null, "", `#${values.join("&")}`);
  sessionStorage.setItem("since", String(tour.since));
}

function showPhone(userId, { focus = false } = {}) {
  const person = state.people.find((other) => other.user_id === userId);
  if (!person) return;
  if (!phones.has(userId)) {
    while (phones.size >= room()) closePhone(oldest());
    const phone = new Phone(person, { botName: state.bot?.name ?? "Бот", onClose: () => { closePhone(userId); $("people").querySelector(`[data-person="${userId}"]`)?.focus(); } });
    phones.set(userId, phone);
    phone.node.addEventListener("focusin", () => { phone.used = performance.now(); });
    $("phones").append(phone.node);
    phone.load().then(() => phone.showHint(), (error) => phone.explain(error));
  }
  const phone = phones.get(userId);
  phone.used = performance.now();
  people.setOpen([...phones.keys()]);
  tour.drawShow();
  hintPhones();
  if (focus) phone.log.focus();
  writeHash();
}

/** The phone that gives way: the one used longest ago, the tour's own last of all. */
function oldest() {
  const rank = ([userId, phone]) => (userId === tour.step?.user_id ? Infinity : phone.used);
  return [...phones.entries()].sort((left, right) => rank(left) - rank(right))[0][0];
}

function closePhone(userId) {
  phones.get(userId)?.node.remove();
  phones.delete(userId);
  people.setOpen([...phones.keys()]);
  tour.drawShow();
  writeHash();
}

function closeWhatDoesNotFit() {
  while (phones.size > room()) closePhone(oldest());
}

/** A single phone is not taken from under the finger: there the tour offers the next one by a button. */
function playStep(step, asked) {
  closeWhatDoesNotFit();
  if (step && ready && (asked || room() > 1)) showPhone(step.user_id);
  hintPhones();
  writeHash();
}

/** Does the step for its person; whether it could be done. */
async function playFor(index) {
  const step = state.tour[index];
  showPhone(step.user_id);
  try {
    await play(index);
    return true;
  } catch (error) {
    const phone = phones.get(step.user_id);
    if (error.status === 409) phone?.showToast("Сообщение, на которое отвечают, ещё не пришло.");
    else phone?.explain(error);
    return false;
  }
}

function hintPhones() {
  for (const [userId, phone] of phones) {
    const step = tour.step?.user_id === userId ? tour.step : { press: "", quote: "" };
    phone.setHint(step.press, step.quote);
  }
}

async function refresh() {
  const previous = new Map(state.people.map((person) => [person.user_id, person]));
  state = await readState();
  setClock(state.now);
  tick();
  $("title").textContent = state.title;
  document.title = `${state.title} · Звонок`;
  people.set(state.people);
  for (const person of state.people) {
    const before = previous.get(person.user_id);
    if (before && before.version < person.version) people.addUnread(person.user_id);
  }
  for (const [userId, phone] of phones) {
    const person = state.people.find((other) => other.user_id === userId);
    if (person) phone.person = person;
    await phone.load();
    phone.showHint();
  }
  if (!ready) begin();
  else tour.setSteps(state.tour);
  for (const [userId, phone] of phones) for (const message of phone.messages.values()) tour.notice(userId, message);
}

function begin() {
  const wanted = readHash();
  ready = true;
  const known = wanted.open.filter((userId) => state.people.some((person) => person.user_id === userId));
  const since = wanted.step ? Number(sessionStorage.getItem("since") ?? state.version) : state.version;
  tour.set(state.tour, wanted.step, since, wanted.tour);
  if (!known.length) fillRoom();
  for (const userId of known) if (phones.size < room()) showPhone(userId);
}

/** Opens the people of the story, then whoever is in the list, while there is room. */
function fillRoom() {
  const story = tour.step ? state.tour.flatMap((step) => [step.user_id, step.expect_user_id ?? step.user_id]) : [];
  const started = state.people.filter((person) => person.started).map((person) => person.user_id);
  for (const userId of [...story, ...started, ...state.people.map((person) => person.user_id)]) {
    if (phones.size >= room()) return;
    if (!phones.has(userId)) showPhone(userId);
  }
}

function onEvent(name, data) {
  if (data.version) state.version = Math.max(state.version, data.version);
  const phone = phones.get(data.user_id);
  if (name === "message") {
    const person = state.people.find((other) => other.user_id === data.user_id);
    if (person) {
      person.started = true;
      person.version = data.version;
    }
    const isNew = !phone?.messages.has(data.message.id);
    phone?.put(data.message);
    people.setPreview(data.user_id, data.message.preview);
    if (data.message.from_bot && isNew && !data.message.deleted) people.addUnread(data.user_id);
    tour.notice(data.user_id, data.message);
    phone?.showHint();
  } else if (name === "action") phone?.setAction(data.action);
  else if (name === "blocked") {
    const person = state.people.find((other) => other.user_id === data.user_id);
    if (person) person.blocked = data.blocked;
    phone?.setBlocked(data.blocked);
    people.draw();
  } else if (name === "clock") {
    setClock(data.now);
    tick();
  } else if (name === "refresh") refresh();
}

/** Another demonstration answers at this address: nothing that is shown here is true of it. */
function startAnew() {
  sessionStorage.clear();
  history.replaceState(null, "", location.pathname);
  location.reload();
}

function onHash() {
  const { open } = readHash();
  for (const userId of [...phones.keys()]) if (!open.includes(userId)) closePhone(userId);
  for (const userId of open.slice(0, room())) showPhone(userId);
}

window.addEventListener("hashchange", onHash);
window.addEventListener("resize", closeWhatDoesNotFit);
listen({
  onOpen: async ({ version }) => {
    $("link").textContent = "";
    if (version < state.version) startAnew();
    else await refresh();
  },
  onLost: () => { $("link").textContent = "Связь прервалась, восстанавливаю…"; },
  onEvent,
});
