import { DataError } from "../errors.js";
import type { Judgement } from "../relevance.js";
import { textBytes } from "./encoding.js";
import { FaultList } from "./faults.js";
import { parseNumber } from "./number.js";
import type { Source } from "./open.js";

/**
 * Reads judgements of relevance: TREC's qrels (`query iteration document grade`), the same without the iteration, or
 * pairs (`query document`), between blanks, tabs or commas; a first line of words such as `query-id corpus-id score` is
 * a header.
 *
 * @throws {MalformedError} naming the lines that are none of these; {@link DataError} for a file without judgements.
 * @see https://trec.nist.gov/data/qrels_eng/
 */
export async function readJudgements({ name, bytes }: Source): Promise<Judgement[]> {
  const parts: Uint8Array[] = [];
  for await (const part of textBytes(name, bytes)) parts.push(part);
  const lines = Buffer.concat(parts)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/);
  const faults = new FaultList(name);
  const judgements: Judgement[] = [];
  let fields = 0;
  for (const [i, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const cells = line.trim().split(line.includes("\t") ? /\t/ : line.includes(",") ? / *, */ : / +/);
    if (fields === 0) {
      fields = cells.length;
      if (isHeader(cells)) continue;
    }
    const grade = cells.length > 2 ? parseNumber(cells[cells.length - 1]) : 1;
    if (cells.length !== fields || cells.length < 2 || cells.length > 4) {
      faults.add(`expected 2 to 4 fields, as many in each line, found ${cells.length}`, SHAPE_HINT, i + 1);
    } else if (!Number.isFinite(grade)) {
      faults.add(`expected a number for the grade, found "${cells[cells.length - 1]}"`, SHAPE_HINT, i + 1, fields);
    } else judgements.push({ query: cells[0], document: cells[fields === 4 ? 2 : 1], grade });
  }
  if (!faults.isEmpty) throw faults.error();
  if (judgements.length === 0) throw new DataError(`${name}: expected judgements of relevance, found none`, SHAPE);
  return judgements;
}

const SHAPE = "a line a judgement: query 0 document grade (TREC), query document grade, or query document";
const SHAPE_HINT = { guess: SHAPE };

const isHeader = (cells: readonly string[]) => /^(?:q(?:uery)?(?:[-_]?id)?|qid|topic|anchor)$/i.test(cells[0]);
