import { DataError, NoColumnError } from "../core/errors.js";
import { COMMENT } from "../formats/csv/dialect.js";
import { textBytes } from "../input/encoding.js";
import { FaultList } from "../input/faults.js";
import { lineBlocks } from "../input/line-blocks.js";
import { parseNumber } from "../input/number.js";
import { peek, type Source } from "../input/source.js";
import { ANCHOR_NAMES, CANDIDATE_NAMES, numberOf, readRoles } from "./pair-columns.js";
import { recognise } from "./read-batches.js";
import { JudgementCells } from "./read-judgements.js";

/** The score of a pair of rows, both identified by id. */
export interface PairScore {
  readonly anchor: string;
  readonly id: string;
  readonly score: number;
}

const SCORE_NAMES = [
  ...[
    "score",
    "scores",
    "teacher_score",
    "cross_encoder_score",
    "rerank_score",
    "relevance_score",
    "logit",
    "prediction",
  ],
];
const ROLES = { anchor: ANCHOR_NAMES, id: CANDIDATE_NAMES, score: SCORE_NAMES };

const SHAPE = "a table with columns such as anchor, id and score, or lines of anchor, id and score";

/**
 * Reads scores of pairs: a table in any format with the columns anchor, id and score, under these names or similar ones; or lines
 * without a header, `anchor id score` with any delimiter, TREC's judgements or a TREC run.
 *
 * @throws {MalformedError} with the places where a score is not a number; {@link DataError} for a table without one of the columns.
 */
export async function* readPairScores(input: Source): AsyncGenerator<PairScore> {
  const { head, source } = await peek(input);
  const { source: table, format } = await recognise(source);
  const faults = new FaultList(input.name);
  const hasHeader = format.name !== "csv" || !(await startsWithScore(head));
  try {
    yield* hasHeader ? tableScores(table, faults) : lineScores(table, faults);
  } catch (error) {
    if (!(error instanceof NoColumnError)) throw error;
    throw new DataError(error.message, `--scores reads ${SHAPE}`);
  }
  if (!faults.isEmpty) throw faults.error();
}

/** Whether the first line of a text ends with a score. */
async function startsWithScore(head: Uint8Array): Promise<boolean> {
  const lines = Buffer.from(head)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split(/[\r\n]+/);
  const first = lines.find((line) => line.trim() !== "" && !line.startsWith(COMMENT));
  const fields = first === undefined ? [] : await new JudgementCells().of(first.trim());
  return !("message" in fields) && scoreIn(fields) !== null;
}

/** Returns the pair of a line: of three fields, TREC's four, or the six of a run; null for another line. */
function scoreIn(fields: readonly string[]): PairScore | null {
  const places = PLACES[fields.length];
  if (!places) return null;
  const [anchor, id, score] = places.map((at) => fields[at]);
  const number = parseNumber(score);
  return Number.isFinite(number) ? { anchor, id, score: number } : null;
}

const PLACES: { readonly [fields: number]: readonly number[] } = { 3: [0, 1, 2], 4: [0, 2, 3], 6: [0, 2, 4] };

async function* lineScores({ name, bytes }: Source, faults: FaultList): AsyncGenerator<PairScore> {
  const cells = new JudgementCells();
  let number = 0;
  for await (const block of lineBlocks(name, textBytes(name, bytes))) {
    // Each block ends with a line feed.
    for (const line of block.toString("utf8").split("\n").slice(0, -1)) {
      const text = (number++ === 0 ? line.replace(/^\uFEFF/, "") : line).trim();
      if (text === "" || line.startsWith(COMMENT)) continue;
      const fields = await cells.of(text);
      const pair = "message" in fields ? null : scoreIn(fields);
      if (pair) yield pair;
      else faults.add("expected anchor, id and a score that is a number, found another line", { guess: SHAPE }, number);
    }
  }
}

async function* tableScores(source: Source, faults: FaultList): AsyncGenerator<PairScore> {
  const { name } = source;
  for await (const { rows, lineOf, cells } of readRoles(source, Object.values(ROLES))) {
    const [anchors, ids, scores] = Object.entries(ROLES).map(
      ([role, names], i) => cells[i] ?? noColumn(name, role, names),
    );
    for (let i = 0; i < rows; i++) {
      const score = numberOf(scores[i]);
      if (Number.isFinite(score)) yield { anchor: String(anchors[i] ?? ""), id: String(ids[i] ?? ""), score };
      else faults.add(`expected a number for the score, found "${scores[i] ?? ""}"`, { guess: NO_SCORE }, lineOf(i));
    }
  }
}

const NO_SCORE = "leave pairs without a score out of the file";

function noColumn(file: string, role: string, names: readonly string[]): never {
  const others = names.slice(1, 4).join(", ");
  throw new DataError(`${file}: expected a column ${role} (or ${others}, …), found none`, `--scores reads ${SHAPE}`);
}
