/** The page's own icons, so that no font has to have them. */

const PATHS = {
  attach: "M12 5v14M5 12h14",
  send: "M4 12 20 5l-5 15-3.5-6.500zM11.5 13.5 20 5",
  close: "M6 6l12 12M18 6 6 18",
  block: "M12 3.500a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17zM6 6l12 12",
  reply: "M9 7 4 12l5 5M4.5 12H14c4 0 6 2 6 6",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  document: "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
