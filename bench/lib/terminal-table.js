import { columnsOf } from "./columns.js";

/** A group as aligned lines. All of its text is one column wide a character, so that padding is enough. */
export function terminalTable(title, rows) {
  const shown = columnsOf(rows);
  const lines = [shown.map(({ head }) => head), ...rows.map((row) => shown.map(({ cell }) => cell(row)))];
  const widths = shown.map((_, index) => Math.max(...lines.map((cells) => cells[index].length)));
  const line = (cells) =>
    cells
      .map((text, index) => (shown[index].right ? text.padStart(widths[index]) : text.padEnd(widths[index])))
      .join("  ")
      .trimEnd();
  return `\n${title}\n${lines.map(line).join("\n")}`;
}
