import type { VectorSet } from "../../core/vectors.js";
import type { Block, Column, Section } from "../../pages/page.js";
import { type Description, UNIT_TOLERANCE } from "../describe/description.js";
import type { CommandLines } from "./command-lines.js";
import { isNumber, number } from "./model.js";

const NUMBERED = "Rows without ids are named by their number, from 0.";

/**
 * Returns the shapes of the files and the lengths of their rows.
 *
 * @param notes what was noted when the files were read.
 */
export function filesSection(
  files: readonly { readonly set: VectorSet; readonly description: Description; readonly lines: CommandLines }[],
  notes: readonly string[],
): Section {
  const columns: Column[] = [
    { name: "file" },
    { name: "rows", isNumber },
    { name: "dimensions", isNumber },
    { name: "smallest norm", isNumber },
    { name: "median norm", isNumber },
    { name: "largest norm", isNumber },
    { name: "copies", isNumber },
  ];
  const rows = files.map(({ set, description: { norms, duplicateRows } }) => [
    set.name,
    set.rows,
    set.dimensions,
    norms && number(norms.min),
    norms && number(norms.median),
    norms && number(norms.max),
    duplicateRows.count,
  ]);
  const notUnit = files.filter(({ description }) => !description.hasUnitRows).map(({ set }) => set.name);
  const lengths =
    notUnit.length === 0
      ? `All rows have length 1 (within ${UNIT_TOLERANCE}): cosine equals dot product.`
      : `Rows of ${notUnit.join(", ")} do not have length 1: cosine differs from dot product.`;
  return {
    title: "Files",
    blocks: [
      { kind: "table", table: { caption: "The vectors that were compared", columns, rows } },
      { kind: "text", text: lengths },
      ...(files.some(({ set }) => set.ids === null) ? [{ kind: "text" as const, text: NUMBERED }] : []),
      ...(notes.length > 0 ? [{ kind: "list" as const, items: notes }] : []),
      ...files.map(({ set, lines }): Block => ({ kind: "command", command: lines.reading("describe", set.name) })),
    ],
  };
}
