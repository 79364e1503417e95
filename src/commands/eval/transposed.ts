import type { RecordCell, Records } from "../../output/format.js";

/** Returns records of many columns as a table with a column for each of them, which fits the width of a terminal. */
export function transposed({ columns, rows }: Records, leftOut: readonly string[] = []): Records {
  const records = [...rows];
  const shown = [...columns.keys()].slice(1).filter((i) => !leftOut.includes(columns[i]));
  return {
    columns: ["", ...records.map(([name]) => String(name))],
    kinds: ["text", ...records.map(() => "number" as const)],
    rows: shown.map((i): RecordCell[] => [columns[i].replaceAll("_", " "), ...records.map((record) => record[i])]),
  };
}
