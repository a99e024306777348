/** The page's own JSON interface and its stream of events. */

export class Refused extends Error {
  constructor(status, reason) {
    super(reason);
    this.status = status;
  }
}

async function answer(response) {
  if (!response.ok) throw new Refused(response.status, await response.text());
  return response.json();
}

const get = async (path) => answer(await fetch(path));

async function post(path, body) {
  const options = { method: "POST" };
  if (body instanceof FormData) options.body = body;
  else {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body ?? {});
  }
  return answer(await fetch(path, options));
}

export const readState = () => get("/page/state");
export const readChat = (userId) => get(`/page/chats/${userId}`);
export const say = (userId, text, replyTo, quote) => post(`/page/chats/${userId}/say`, { text, reply_to: replyTo, quote });
export const play = (index) => post(`/page/tour/${index}`);
export const edit = (userId, messageId, text) => post(`/page/chats/${userId}/edit`, { message_id: messageId, text });
export const press = (userId, messageId, row, column, text) =>
  post(`/page/chats/${userId}/press`, { message_id: messageId, row, column, text });
export const block = (userId) => post(`/page/chats/${userId}/block`);
export const unblock = (userId) => post(`/page/chats/${userId}/unblock`);

export function upload(userId, file, { caption, asPhoto, replyTo }) {
  const form = new FormData();
  form.append("kind", asPhoto ? "photo" : "document");
  form.append("caption", caption);
  if (replyTo) form.append("reply_to", replyTo);
  form.append("file", file, file.name);
  return post(`/page/chats/${userId}/upload`, form);
}

/**
 * Listens for events and reconnects for ever. `onOpen` runs at every (re)connection, when whatever
 * happened in between must be read again; `onLost` when the connection breaks.
 */
export function listen({ onOpen, onLost, onEvent }) {
  const source = new EventSource("/page/events");
  source.addEventListener("hello", (event) => onOpen(JSON.parse(event.data)));
  for (const name of ["message", "action", "blocked", "refresh", "clock"]) {
    source.addEventListener(name, (event) => onEvent(name, JSON.parse(event.data)));
  }
  source.onerror = () => {
    onLost();
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => listen({ onOpen, onLost, onEvent }), 2000);
    }
  };
}
