import { drawPanel, PANEL_WIDTH } from "./draw-panel.js";
import type { Figure } from "./figure.js";
import { framed } from "./frame.js";
import { element } from "./markup.js";
import { LINE, MARGIN, type Picture } from "./picture.js";

const GAP = 36;

/** Draws charts, two beside each other; insets have a row of their own. */
export function drawFigure({ title, facts, notes, panels }: Figure): Picture {
  let y = MARGIN + LINE * (facts.length + 1.8);
  let x = MARGIN;
  let rowHeight = 0;
  let width = 2 * (MARGIN + PANEL_WIDTH) + GAP;
  const drawn = panels.map((panel) => {
    if (panel.kind === "inset" && x > MARGIN) {
      y += rowHeight + GAP;
      [x, rowHeight] = [MARGIN, 0];
    }
    const chart = drawPanel(panel, PANEL_WIDTH, { x: panel.kind === "inset" ? 0 : x, y });
    width = Math.max(width, chart.width);
    rowHeight = Math.max(rowHeight, chart.height);
    x += PANEL_WIDTH + GAP;
    if (x > MARGIN + PANEL_WIDTH + GAP || panel.kind === "inset") {
      y += rowHeight + GAP;
      [x, rowHeight] = [MARGIN, 0];
    }
    return chart.markup;
  });
  const bottom = x > MARGIN ? y + rowHeight + GAP : y;
  const height = Math.ceil(bottom + LINE * notes.length + (notes.length > 0 ? MARGIN : 0));
  const line = (text: string, at: number, name: string) => element("text", { x: MARGIN, y: at, class: name }, text);
  const label = [title, ...facts].join(". ");
  const svg = framed(
    { width, height },
    { color: "#1f2328", "font-size": 12, role: "img", "aria-label": label },
    title,
    [
      line(title, MARGIN + LINE * 0.7, "title"),
      ...facts.map((fact, i) => line(fact, MARGIN + LINE * (i + 1.8), "dim")),
      ...drawn,
      ...notes.map((note, i) => line(note, bottom + LINE * (i + 0.5), "dim")),
    ],
  );
  return { svg, width, height, isVector: true };
}
