import { DataError } from "../core/errors.js";
import type { Judgement } from "../core/relevance.js";
import { COMMENT } from "../formats/csv/dialect.js";
import { textBytes } from "../input/encoding.js";
import { FaultList } from "../input/faults.js";
import { parseNumber } from "../input/number.js";
import type { Source } from "../input/source.js";
import { JudgementCells } from "./judgement-cells.js";

/**
 * Reads relevance judgements: TREC's qrels (`query iteration document grade`), the same without the iteration, or pairs
 * (`query document`), separated by blanks, tabs or commas, with or without quotes. A first line of names such as
 * `query-id corpus-id score` is a header; a line that starts with `# ` is a comment.
 *
 * @param queryIds what the queries are called: a line that begins with one of them is a judgement, whatever it looks like.
 * @throws {MalformedError} with the lines that have another form; {@link DataError} for a file without judgements.
 * @see https://trec.nist.gov/data/qrels_eng/
 */
export async function readJudgements(
  { name, bytes }: Source,
  queryIds: readonly string[] | null = null,
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
  if (judgements.length === 0) throw new DataError(`${name}: expected relevance judgements, found none`, SHAPE);
  return judgements;
}

const SHAPE = "one judgement per line: query 0 document grade (TREC), query document grade, or query document";
const SHAPE_HINT = { guess: SHAPE };

const isHeader = (cells: readonly string[]) => /^(?:q(?:uery)?(?:[-_]?id)?|qid|topic|anchor)$/i.test(cells[0]);
