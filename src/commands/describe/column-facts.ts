import type { ColumnSurvey, TableSurvey } from "../../input/table-survey.js";

/** What a column of a table holds: all its cells, or the cells that are not missing. */
export type ColumnType = "numbers" | "text" | "vectors" | "mixed" | "empty";

/** The description of a column. */
export interface ColumnFacts {
  /** The name in the header, otherwise the number from 1. */
  readonly name: string;
  readonly type: ColumnType;
  readonly use: ColumnSurvey["role"];
  readonly min: number | null;
  readonly max: number | null;
  readonly missing: number;
  readonly example: string | null;
  /** For a column of numbers and texts, the first cell of each. */
  readonly mixture: string | null;
}

/** Returns the descriptions of the columns of a table. */
export function columnFacts({ columns }: TableSurvey): ColumnFacts[] {
  return columns.map((column, i) => ({
    name: column.name || String(i + 1),
    type: typeOf(column),
    use: column.role,
    min: finite(column.min),
    max: finite(column.max),
    missing: column.missing,
    example: column.example,
    mixture: mixtureOf(column),
  }));
}

function typeOf({ role, numbers, texts }: ColumnSurvey): ColumnType {
  if (numbers > 0) return texts > 0 ? "mixed" : "numbers";
  if (texts === 0) return "empty";
  return role === "vector" ? "vectors" : "text";
}

const finite = (value: number) => (Number.isFinite(value) ? value : null);

function mixtureOf({ firstNumber, firstText, numbers, texts }: ColumnSurvey): string | null {
  if (numbers === 0 || texts === 0) return null;
  const first = (cell: ColumnSurvey["firstText"]) => (cell ? ` (first: "${cell.cell}", line ${cell.line})` : "");
  return `${counted(numbers, "number")}${first(firstNumber)}, ${counted(texts, "text")}${first(firstText)}`;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
