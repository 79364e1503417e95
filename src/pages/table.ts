import { html, type Markup } from "../pictures/markup.js";
import type { Table } from "./page.js";

/** Draws a table in a box that scrolls where the window is narrow, below its caption. The first column names the rows. */
export function drawTable({ caption, columns, rows }: Table): Markup {
  const head = columns.map(({ name, isNumber }) =>
    html("th", { scope: "col", class: isNumber ? "number" : undefined }, name),
  );
  const body = rows.map((cells) =>
    html(
      "tr",
      {},
      ...cells.map((cell, i) => {
        const text = cell === null ? "" : String(cell);
        if (i === 0) return html("th", { scope: "row" }, text);
        return html("td", { class: columns[i].isNumber ? "number" : undefined }, text);
      }),
    ),
  );
  return html(
    "div",
    { class: "table" },
    html("p", { class: "caption", "aria-hidden": "true" }, caption),
    html(
      "div",
      { class: "scrolls", tabindex: 0, role: "group", "aria-label": caption },
      html("table", { "aria-label": caption }, html("thead", {}, html("tr", {}, ...head)), html("tbody", {}, ...body)),
    ),
  );
}
