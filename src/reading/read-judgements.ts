import type { Options } from "csv-parse/sync";
import { DataError } from "../core/errors.js";
import type { Judgement } from "../core/relevance.js";
import { COMMENT } from "../formats/csv/dialect.js";
import { textBytes } from "../input/encoding.js";
import { FaultList } from "../input/faults.js";
import { parseValue } from "../input/number.js";
import type { Source } from "../input/source.js";
import { ANCHOR_NAMES, CANDIDATE_NAMES, numberOf, placesOf, readRoles } from "./pair-columns.js";
import { recognise } from "./read-batches.js";

const GRADE_NAMES = ["grade", "relevance", "label", "score", "similarity"];
const ROLES = [ANCHOR_NAMES, ["positive", "positive_id", ...CANDIDATE_NAMES], GRADE_NAMES];

/**
 * Reads relevance judgements: TREC's qrels (`query iteration document grade`), the same without the iteration, or pairs
 * (`query document`), separated by blanks, tabs or commas, with or without quotes. A first line of names such as
 * `query-id corpus-id score` is a header; a line that starts with `# ` is a comment. A table in JSON, Parquet or Arrow has columns
 * with such names.
 *
 * @param canBeEmpty whether a file without judgements is an empty list.
 * @param queryIds what the queries are called: a line that begins with one of them is a judgement, whatever it looks like.
 * @throws {MalformedError} with the lines that have another form; {@link DataError} for a file without judgements.
 * @see https://trec.nist.gov/data/qrels_eng/
 */
export async function readJudgements(
  input: Source,
  queryIds: readonly string[] | null = null,
  canBeEmpty = false,
): Promise<Judgement[]> {
  const { source, format } = await recognise(input);
  const faults = new FaultList(input.name);
  const isTable = format.loadRecords !== undefined && format.name !== "csv";
  const judgements = await (isTable ? tableJudgements(source, faults) : lineJudgements(source, faults, queryIds));
  if (!faults.isEmpty) throw faults.error();
  if (judgements.length === 0 && !canBeEmpty)
    throw new DataError(`${input.name}: expected relevance judgements, found none`, SHAPE);
  return judgements;
}

async function tableJudgements(source: Source, faults: FaultList): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  for await (const { rows, lineOf, cells } of readRoles(source, ROLES)) {
    const [queries, documents, grades] = cells;
    if (!queries || !documents) {
      const role = queries ? "document" : "query";
      throw new DataError(`${source.name}: expected a column of the ${role}, found none`, TABLE_SHAPE);
    }
    for (let i = 0; i < rows; i++) {
      const [query, document, grade] = [queries[i], documents[i], grades ? numberOf(grades[i]) : 1];
      if (query === null || document === null)
        faults.add("expected two ids, found a missing one", TABLE_HINT, lineOf(i));
      else if (Number.isFinite(grade)) judgements.push({ query: String(query), document: String(document), grade });
      else faults.add(`expected a number for the grade, found "${grades?.[i] ?? ""}"`, TABLE_HINT, lineOf(i));
    }
  }
  return judgements;
}

const TABLE_SHAPE =
  "the columns are called query, document and grade, or anchor, positive and label, or query-id, corpus-id and score";
const TABLE_HINT = { guess: TABLE_SHAPE };

/** How lines are split, and the places of query, document and grade; the grade is 1 if they have none. */
interface LineShape {
  readonly delimiter: Delimiter;
  readonly fields: number;
  readonly places: readonly number[] | null;
}

/** The places in lines without a header, by their number of fields. */
const PLACES: { readonly [fields: number]: readonly number[] } = { 2: [0, 1], 3: [0, 1, 2], 4: [0, 2, 3] };

async function lineJudgements(
  { name, bytes }: Source,
  faults: FaultList,
  queryIds: readonly string[] | null,
): Promise<Judgement[]> {
  const parts: Uint8Array[] = [];
  for await (const part of textBytes(name, bytes)) parts.push(part);
  const lines = Buffer.concat(parts)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/);
  const judgements: Judgement[] = [];
  const splitter = new JudgementCells();
  const known = new Set(queryIds);
  let shape: LineShape | null = null;
  for (let end = 0, at = 0; at < lines.length; at = end + 1) {
    end = at;
    const line = lines[at];
    if (line.trim() === "") continue;
    const isComment = line.startsWith(COMMENT);
    const record = await recordAt(lines, at, splitter, shape);
    if ("message" in record) {
      if (!isComment) faults.add(record.message, { guess: record.hint }, at + 1);
      continue;
    }
    const { cells } = record;
    const isKnown = known.has(cells[0]);
    if (isComment && !isKnown) continue;
    end = record.end;
    if (!shape) {
      const hasHeader = isHeader(cells) && !isKnown;
      const places = (hasHeader ? placesByName(cells) : null) ?? PLACES[cells.length] ?? null;
      shape = { delimiter: delimiterOf(line.trim()), fields: cells.length, places };
      if (hasHeader) continue;
    }
    const { fields, places } = shape;
    if (!places || cells.length !== fields) {
      faults.add(
        `expected ${places ? fields : "2 to 4"} fields, as many in each line, found ${cells.length}`,
        SHAPE_HINT,
        at + 1,
      );
      continue;
    }
    const [query, document, grade = null] = places.map((place) => cells[place]);
    const value = grade === null ? 1 : parseValue(grade);
    if (Number.isFinite(value)) judgements.push({ query, document, grade: value });
    else faults.add(`expected a number for the grade, found "${grade}"`, SHAPE_HINT, at + 1, places[2] + 1);
  }
  return judgements;
}

/** Returns the places of the columns that a header names; null if their order decides. */
function placesByName(header: readonly string[]): readonly number[] | null {
  const [query, document, grade] = placesOf(
    header.map((name) => name.toLowerCase()),
    ROLES,
  );
  if (query < 0 || document < 0) return null;
  if (grade >= 0) return [query, document, grade];
  return header.length in PLACES && header.length > 2 ? null : [query, document];
}

/** Returns the fields of the record that begins on a line, and its last line: a field in quotes may have line ends. */
async function recordAt(
  lines: readonly string[],
  at: number,
  splitter: JudgementCells,
  shape: LineShape | null,
): Promise<{ readonly cells: readonly string[]; readonly end: number } | BadLine> {
  const cells = await splitter.of(lines[at].trim(), shape);
  if (!("message" in cells)) return { cells, end: at };
  const hasOddQuotes = (line: string) => line.split('"').length % 2 === 0;
  let end = at + 1;
  while (end < lines.length && !hasOddQuotes(lines[end])) end++;
  if (end >= lines.length) return cells;
  const text = lines.slice(at, end + 1).join("\n");
  const whole = await splitter.of(text.trim(), shape);
  return "message" in whole ? cells : { cells: whole, end };
}

const SHAPE = "one judgement per line: query 0 document grade (TREC), query document grade, or query document";
const SHAPE_HINT = { guess: SHAPE };

const isHeader = (cells: readonly string[]) =>
  (cells.length > 2 && /^(?:score|label|grade|relevance|similarity)$/i.test(cells[cells.length - 1])) ||
  /^(?:q(?:uery)?(?:[-_]?id)?|qid|topic|anchor|id_?[1a]|first|left|sentence_?1)$/i.test(cells[0]);

/** A field in quotes, in which a quote is doubled. */
const QUOTED_FIELD = /(^|[\t, ])"(?:[^"]|"")*"/g;
/** A quote at the start of a field. */
const OPENING_QUOTE = /(?:^|[\t, ])"/;

/** A line of judgements that cannot be parsed, with the reason. */
export interface BadLine {
  readonly message: string;
  readonly hint: string;
}

type Delimiter = "\t" | "," | " ";

/** Returns what separates the fields of a line: tabs if there are any, else commas, else blanks. */
function delimiterOf(line: string): Delimiter {
  const unquoted = line.replace(QUOTED_FIELD, "$1");
  return unquoted.includes("\t") ? "\t" : unquoted.includes(",") ? "," : " ";
}

/** Splits lines of judgements into fields. */
export class JudgementCells {
  private parse: ((line: string, options: Options) => string[][]) | null = null;

  /**
   * Returns the fields of a line without their quotes.
   *
   * @param shape how other lines are split: an id with a tab has no quotes between commas.
   */
  async of(
    line: string,
    shape: Pick<LineShape, "delimiter" | "fields"> | null = null,
  ): Promise<readonly string[] | BadLine> {
    const alike = shape && (await this.split(line, shape.delimiter));
    return alike && !("message" in alike) && alike.length === shape.fields
      ? alike
      : this.split(line, delimiterOf(line));
  }

  private async split(line: string, delimiter: Delimiter): Promise<readonly string[] | BadLine> {
    if (!OPENING_QUOTE.test(line)) return plainCells(line, delimiter);
    // Only lines with quotes need csv-parse.
    this.parse ??= (await import("csv-parse/sync")).parse;
    try {
      const [cells = [], ...others] = this.parse(line, { delimiter, trim: true, relax_quotes: true });
      if (others.length > 0) return { message: NOT_CLOSED, hint: DOUBLED };
      return delimiter === " " ? cells.filter((cell) => cell !== "") : cells;
    } catch (error) {
      const isOpen = (error as { code?: string }).code === "CSV_QUOTE_NOT_CLOSED";
      return { message: isOpen ? NOT_CLOSED : CLOSED_EARLY, hint: DOUBLED };
    }
  }
}

const DOUBLED = 'a quote inside a field is written ""';
const NOT_CLOSED = "expected a closing quote, found the end of the line";
const CLOSED_EARLY = "expected a delimiter after the closing quote, found more text";

function plainCells(line: string, delimiter: Delimiter): string[] {
  return line.split(delimiter === "\t" ? "\t" : delimiter === "," ? / *, */ : / +/);
}
