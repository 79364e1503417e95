import { DataError } from "../core/errors.js";
import { textBytes } from "../input/encoding.js";
import { FaultList } from "../input/faults.js";
import { lineBlocks } from "../input/line-blocks.js";
import { parseNumber } from "../input/number.js";
import type { Source } from "../input/source.js";

/** The documents that a system found for each query, in order. */
export interface Run {
  readonly name: string;
  /** The ids of the queries, in the order of their first lines. */
  readonly queries: readonly string[];
  /** The ids of all documents. */
  readonly documents: readonly string[];
  /** Returns the documents of a query as indices, the highest score first. */
  documentsOf(query: number): Uint32Array;
}

const SHAPE = "one document per line: query Q0 document rank score tag; --qrels names the judgements";
const LINE = /^(\S+)\s+\S+\s+(\S+)\s+\S+\s+(\S+)\s+\S/;
/** The start of a run: like any line, but with a whole number and a number where it has its rank and score. */
const RUN_START = /^(\S+)\s+(\S+)\s+\S+\s+\d+\s+[-+]?[\d.]+(?:e[-+]?\d+)?\s+(\S+)$/i;

/** Returns whether a text begins like a run: six fields, the second of which is Q0, or the last of which is no number. */
export function isRun(head: Uint8Array): boolean {
  const lines = Buffer.from(head).toString("latin1").split("\n");
  const first = lines.map((line) => line.trim()).find((line) => line !== "" && !line.startsWith("#"));
  const [, , iteration, tag] = RUN_START.exec(first ?? "") ?? [];
  return tag !== undefined && (/^q0$/i.test(iteration) || Number.isNaN(parseNumber(tag)));
}

/**
 * Reads a run in the format of TREC: `query Q0 document rank score tag`, separated by blanks or tabs. Documents are ordered as
 * trec_eval orders them: by score in single precision, highest first, equal scores by descending id; the rank is ignored. Lines that
 * start with `#` are comments.
 *
 * @throws {MalformedError} with the lines that have another form or repeat a document of a query; {@link DataError} for a file
 * without lines.
 * @see https://github.com/usnistgov/trec_eval (get_trec_results.c, form_res_rels.c)
 */
export async function readRun({ name, bytes }: Source): Promise<Run> {
  const faults = new FaultList(name);
  const queries = new Names();
  const documents = new Names();
  const rows = new RunRows();
  let line = 0;
  for await (const block of lineBlocks(name, textBytes(name, bytes))) {
    const lines = block.toString("utf8").split("\n");
    // Each block ends with a line feed.
    lines.pop();
    for (const raw of lines) {
      line++;
      const text = (line === 1 ? raw.replace(/^\uFEFF/, "") : raw).trim();
      if (text === "" || text.startsWith("#")) continue;
      const [, query, document, score] = LINE.exec(text) ?? [];
      if (query === undefined) {
        const found = text.split(/\s+/).length;
        faults.add(`expected 6 fields, found ${found}`, { guess: SHAPE }, line);
        continue;
      }
      const value = parseNumber(score);
      if (Number.isFinite(value)) rows.add(queries.indexOf(query), documents.indexOf(document), value, line);
      else faults.add(`expected a number for the score, found "${score}"`, { guess: SHAPE }, line, 5);
    }
  }
  const { list: queryIds } = queries;
  const { list: documentIds } = documents;
  rows.group(queryIds.length);
  rows.repeated(documentIds.length, (query, document, first, again) => {
    const message = `expected each document once for a query, found "${documentIds[document]}" again for "${queryIds[query]}" (first on line ${first})`;
    faults.add(message, { guess: "which of the scores is meant?" }, again, 3);
  });
  if (!faults.isEmpty) throw faults.error();
  if (queryIds.length === 0) throw new DataError(`${name}: expected a run, found no lines`, SHAPE);
  return { name, queries: queryIds, documents: documentIds, documentsOf: rows.sorted(documentIds) };
}

/** Numbers distinct names from 0. */
class Names {
  private readonly indices = new Map<string, number>();

  get list(): string[] {
    return [...this.indices.keys()];
  }

  indexOf(name: string): number {
    const known = this.indices.get(name);
    if (known !== undefined) return known;
    this.indices.set(name, this.indices.size);
    return this.indices.size - 1;
  }
}

/** The lines of a run as numbers: 16 bytes a line. */
class RunRows {
  private count = 0;
  private queries = new Uint32Array(1024);
  private documents = new Uint32Array(1024);
  private lines = new Uint32Array(1024);
  private scores = new Float32Array(1024);
  /** The rows of each query, one query after the other, and where each begins. */
  private order = new Uint32Array(0);
  private starts = new Uint32Array(0);

  add(query: number, document: number, score: number, line: number): void {
    const { count } = this;
    if (count === this.queries.length) this.grow();
    this.queries[count] = query;
    this.documents[count] = document;
    this.scores[count] = score;
    this.lines[count] = line;
    this.count++;
  }

  private grow(): void {
    const longer = <A extends Uint32Array | Float32Array>(to: A, from: A) => {
      to.set(from);
      return to;
    };
    const length = 2 * this.count;
    this.queries = longer(new Uint32Array(length), this.queries);
    this.documents = longer(new Uint32Array(length), this.documents);
    this.lines = longer(new Uint32Array(length), this.lines);
    this.scores = longer(new Float32Array(length), this.scores);
  }

  /** Groups the rows by query, in the order of the lines. */
  group(queries: number): void {
    this.starts = new Uint32Array(queries + 1);
    for (let row = 0; row < this.count; row++) this.starts[this.queries[row] + 1]++;
    for (let query = 0; query < queries; query++) this.starts[query + 1] += this.starts[query];
    const next = this.starts.slice();
    this.order = new Uint32Array(this.count);
    for (let row = 0; row < this.count; row++) this.order[next[this.queries[row]]++] = row;
  }

  /** Reports each row whose document the query already has, with both lines. */
  repeated(documents: number, report: (query: number, document: number, first: number, again: number) => void): void {
    // The first row of each document in the query, plus 1.
    const seen = new Uint32Array(documents);
    for (const row of this.order) {
      const document = this.documents[row];
      const first = seen[document] - 1;
      if (first >= 0 && this.queries[first] === this.queries[row]) {
        report(this.queries[row], document, this.lines[first], this.lines[row]);
      } else seen[document] = row + 1;
    }
  }

  /** Sorts the rows of each query, and returns a function that returns its documents. */
  sorted(names: readonly string[]): (query: number) => Uint32Array {
    const { documents, scores, order, starts } = this;
    for (let query = 0; query + 1 < starts.length; query++) {
      order.subarray(starts[query], starts[query + 1]).sort((one, other) => {
        if (scores[one] !== scores[other]) return scores[other] - scores[one];
        return names[documents[one]] < names[documents[other]] ? 1 : -1;
      });
    }
    const inOrder = order.map((row) => documents[row]);
    return (query) => inOrder.subarray(starts[query], starts[query + 1]);
  }
}
