/** The host's clock: set from time to time by the server, running in between. */

let serverMoment = null;
let readAt = 0;
let offsetMinutes = 0;

export function setClock(iso) {
  const zone = iso.match(/([+-])(\d\d):(\d\d)$/);
  offsetMinutes = zone ? (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
  serverMoment = Date.parse(iso);
  readAt = performance.now();
}

function local(milliseconds) {
  return new Date(milliseconds + offsetMinutes * 60000);
}

export function hoursAndMinutes(unixSeconds) {
  return local(unixSeconds * 1000).toISOString().slice(11, 16);
}

export function dayOf(unixSeconds) {
  return local(unixSeconds * 1000).toLocaleDateString("ru", { day: "numeric", month: "long", weekday: "long", timeZone: "UTC" });
}

export function showClock(dayNode, timeNode) {
  const tick = () => {
    if (serverMoment === null) return;
    const seconds = (serverMoment + performance.now() - readAt) / 1000;
    const time = hoursAndMinutes(seconds), day = dayOf(seconds);
    if (timeNode.textContent !== time) timeNode.textContent = time;
    if (dayNode.textContent !== day) dayNode.textContent = day;
  };
  setInterval(tick, 1000);
  return tick;
}
