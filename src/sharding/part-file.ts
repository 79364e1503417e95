import type { Cell, RecordCell, Records } from "../output/format.js";
import type { ArrayStart } from "./array-index.js";
import type { Fingerprint } from "./fingerprint.js";

/** What a part of a job says about itself, in its first line. */
export interface PartHead {
  /** The version of simcli that wrote it. */
  readonly simcli: string;
  readonly command: string;
  /** The options on which the result depends. */
  readonly options: { readonly [name: string]: unknown };
  readonly inputs: readonly PartInput[];
  /** From 0. */
  readonly shard: number;
  readonly shards: number;
  /** Number of shards of the corpus for each shard of the queries, which follow one another; default: 1. */
  readonly corpusShards?: number;
  readonly arrayStart: ArrayStart | null;
  /** When the work began, in ISO 8601. */
  readonly began: string;
}

/** A file that the result depends on. */
export interface PartInput extends Fingerprint {
  readonly name: string;
}

/** What the result of a part is like, in its second line. */
export interface PartResult {
  /** The number of rows that were divided among the shards. */
  readonly rows: number;
  readonly title: string;
  readonly columns: readonly string[];
  /** What a merge needs besides the records; the same in all parts. */
  readonly facts?: { readonly [name: string]: unknown };
  /** How many of the last columns have names from data; default: none. */
  readonly dataColumns?: number;
  /** How the records of all parts become those of one run; default: one part after the other. */
  readonly joining?: Joining;
}

/** How the records of all parts become those of one run, if not one part after the other. */
export type Joining = OrderedJoining | GroupsJoining;

/** Records begin with some numbers, which order them and are left out of the result. Ascending lists of records are merged. */
export interface OrderedJoining {
  readonly kind: "ordered";
  /** The order of each of the numbers. */
  readonly keys: readonly ("ascending" | "descending")[];
  /** Whether each block of a part is in order, or the whole part is. */
  readonly lists: "blocks" | "parts";
  /** The number of records that are kept: of all, or of those with the same first number, which `rank` counts from 1. */
  readonly most: number | null;
  /** The column of the result that has the rank of a record; null if none has. */
  readonly rank: number | null;
}

/** A record is a row, another row of its group, and the cells of the row; groups of all parts that have rows in common are one. */
export interface GroupsJoining {
  readonly kind: "groups";
  /** The number of rows of a group at least. */
  readonly minSize: number;
}

/** The last line of a whole part. */
export interface PartEnd {
  readonly records: number;
  readonly kinds: Records["kinds"];
  /** When it was written, in ISO 8601. */
  readonly ended: string;
  /** SHA-256 of the lines before, in hexadecimal. */
  readonly hash: string;
}

/** Returns the types of columns of which each part has its own: a part without records does not know whether ids are text. */
export const commonKinds = (one: Records["kinds"], other: Records["kinds"]): Records["kinds"] =>
  one.length === 0 ? other : one.map((kind, k) => (other[k] === "text" ? "text" : kind));

/** Returns the name of a part in its folder, counted from 1; names in ascending order are parts in ascending order. */
export const partName = (shard: number, shards: number): string =>
  `part-${padded(shard + 1, shards)}-of-${padded(shards, shards)}.jsonl`;

const padded = (number: number, shards: number) => String(number).padStart(Math.max(5, String(shards).length), "0");

/** Ends the name of a part that is not finished. */
export const PARTIAL = ".partial";

/** Matches the names of parts. */
export const PART_NAME = /^part-\d{5,}-of-\d{5,}\.jsonl$/;

/** Returns a record as a line of JSON from which the same cells are read, with every bit of a number. */
export function recordLine(cells: readonly RecordCell[]): string {
  return `${listText(cells)}\n`;
}

const listText = (cells: readonly RecordCell[]): string => `[${cells.map(cellText).join(",")}]`;

function cellText(cell: RecordCell): string {
  if (Array.isArray(cell)) return listText(cell);
  if (typeof cell !== "number") return JSON.stringify(cell);
  if (Object.is(cell, -0)) return "-0";
  // JSON has no such numbers, and no cell is an object.
  return Number.isFinite(cell) ? String(cell) : `{"number":"${cell}"}`;
}

type JsonCell = string | number | null | { readonly number: string } | readonly JsonCell[];

/** Returns the cells of a line of {@link recordLine}. */
export function recordOf(line: string): RecordCell[] {
  return (JSON.parse(line) as JsonCell[]).map(cellOf);
}

function cellOf(cell: JsonCell): RecordCell {
  if (Array.isArray(cell)) return cell.map(cellOf) as Cell[];
  return cell !== null && typeof cell === "object" && "number" in cell ? Number(cell.number) : (cell as Cell);
}
