import type { Options } from "csv-parse/sync";
import { DataError } from "../core/errors.js";
import type { Judgement } from "../core/relevance.js";
import { COMMENT } from "../formats/csv/dialect.js";
import { textBytes } from "../input/encoding.js";
import { FaultList } from "../input/faults.js";
import { parseNumber } from "../input/number.js";
import type { Source } from "../input/source.js";

/**
 * Reads relevance judgements: TREC's qrels (`query iteration document grade`), the same without the iteration, or pairs
 * (`query document`), separated by blanks, tabs or commas, with or without quotes. A first line of names such as
 * `query-id corpus-id score` is a header; a line that starts with `# ` is a comment.
 *
 * @param canBeEmpty whether a file without judgements is an empty list.
 * @param queryIds what the queries are called: a line that begins with one of them is a judgement, whatever it looks like.
 * @throws {MalformedError} with the lines that have another form; {@link DataError} for a file without judgements.
 * @see https://trec.nist.gov/data/qrels_eng/
 */
export async function readJudgements(
  { name, bytes }: Source,
  queryIds: readonly string[] | null = null,
  canBeEmpty = false,
): Promise<Judgement[]> {
  const parts: Uint8Array[] = [];
  for await (const part of textBytes(name, bytes)) parts.push(part);
  const lines = Buffer.concat(parts)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/);
  const faults = new FaultList(name);
  const judgements: Judgement[] = [];
  const parter = new JudgementCells();
  const known = new Set(queryIds);
  let fields = 0;
  for (const [i, line] of lines.entries()) {
    const text = line.trim();
    if (text === "") continue;
    const cells = await parter.of(text);
    if ("message" in cells) {
      faults.add(cells.message, { guess: cells.hint }, i + 1);
      continue;
    }
    const isKnown = known.has(cells[0]);
    if (line.startsWith(COMMENT) && !isKnown) continue;
    if (fields === 0) {
      fields = cells.length;
      if (isHeader(cells) && !isKnown) continue;
    }
    const grade = cells.length > 2 ? parseNumber(cells[cells.length - 1]) : 1;
    if (cells.length !== fields || cells.length < 2 || cells.length > 4) {
      faults.add(`expected 2 to 4 fields, as many in each line, found ${cells.length}`, SHAPE_HINT, i + 1);
    } else if (!Number.isFinite(grade)) {
      faults.add(`expected a number for the grade, found "${cells[cells.length - 1]}"`, SHAPE_HINT, i + 1, fields);
    } else judgements.push({ query: cells[0], document: cells[fields === 4 ? 2 : 1], grade });
  }
  if (!faults.isEmpty) throw faults.error();
  if (judgements.length === 0 && !canBeEmpty)
    throw new DataError(`${name}: expected relevance judgements, found none`, SHAPE);
  return judgements;
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

/** Splits lines of judgements into fields: at tabs if there are any, else at commas, else at blanks. */
export class JudgementCells {
  private parse: ((line: string, options: Options) => string[][]) | null = null;

  /** Returns the fields of a line without their quotes. */
  async of(line: string): Promise<readonly string[] | BadLine> {
    const unquoted = line.replace(QUOTED_FIELD, "$1");
    const delimiter = unquoted.includes("\t") ? "\t" : unquoted.includes(",") ? "," : " ";
    if (!OPENING_QUOTE.test(line)) return plainCells(line, delimiter);
    // Only lines with quotes need csv-parse.
    this.parse ??= (await import("csv-parse/sync")).parse;
    try {
      const [cells = []] = this.parse(line, { delimiter, trim: true, relax_quotes: true });
      return delimiter === " " ? cells.filter((cell) => cell !== "") : cells;
    } catch (error) {
      const isOpen = (error as { code?: string }).code === "CSV_QUOTE_NOT_CLOSED";
      return { message: isOpen ? NOT_CLOSED : CLOSED_EARLY, hint: 'a quote inside a field is written ""' };
    }
  }
}

const NOT_CLOSED = "expected a closing quote, found the end of the line";
const CLOSED_EARLY = "expected a delimiter after the closing quote, found more text";

function plainCells(line: string, delimiter: string): string[] {
  return line.split(delimiter === "\t" ? "\t" : delimiter === "," ? / *, */ : / +/);
}
