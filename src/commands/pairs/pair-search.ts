import type { RowShare } from "../../core/shard.js";
import { rowsFrom, type VectorSet } from "../../core/vectors.js";
import { Groups } from "../../neighbours/groups.js";
import { findPairs } from "../../neighbours/near-pairs.js";
import type { RecordCell, Records } from "../../output/format.js";
import { keyedRecords } from "../../sharding/ordered-records.js";
import type { Context } from "../../shell/context.js";
import { fitsInMemory } from "../../shell/inputs.js";
import { searchableTiles } from "../../similarity/searchable.js";
import { type CarrySide, sideOf, withCarried } from "../shared/carried.js";
import { corpusParts } from "../shared/corpus-parts.js";
import { RowPlaces } from "../shared/row-places.js";
import { type Compared, listFor, type PairsOptions, rowsOf, sidesOf } from "./compared.js";
import { groupRecords, namesOfSet, pairRecords, type RowNames } from "./pair-records.js";
import { pairsAcross, type SecondSet } from "./pairs-across.js";

type Parts = Iterable<VectorSet> | AsyncIterable<VectorSet>;
type OnPair = (first: number, second: number, score: number) => void;

/** The search for pairs of the rows of a shard, some rows at a time. */
export class PairSearch {
  private readonly isWithin: boolean;
  /** The rows of the file, of which the shard has some. */
  private readonly fileRows: number;
  /** The row after those of the shard. */
  private readonly after: number;

  constructor(
    private readonly context: Context,
    private readonly paths: readonly [a: string, b: string | undefined],
    private readonly options: PairsOptions,
    private readonly compared: Compared,
    /** The rows of the shard. */
    private readonly share: RowShare,
  ) {
    const { rows, firstRow = 0, fileRows = rows } = compared.set;
    this.isWithin = paths[1] === undefined;
    this.fileRows = fileRows;
    this.after = firstRow + rows;
  }

  /** Returns the rows with which those of the shard are compared, besides one another, in parts. */
  others(): Parts {
    const { context, paths, compared, isWithin, fileRows, after } = this;
    const [a, b = a] = paths;
    if (isWithin && after === fileRows) return [];
    return corpusParts(context, b, { ...compared.corpus, read: this.readOthers() });
  }

  /** Returns the other rows, if all of them fit in memory; otherwise null. */
  async held(): Promise<readonly VectorSet[] | null> {
    const [a, b = a] = this.paths;
    if (!(await fitsInMemory(this.context, b, this.readOthers()))) return null;
    const parts: VectorSet[] = [];
    for await (const part of this.others()) parts.push(part);
    return parts;
  }

  /** Returns how the other rows are read. */
  private readOthers() {
    const { compared, isWithin, share } = this;
    const { read } = compared.corpus;
    const later: RowShare = (rows) => [share(rows)[1], rows];
    return isWithin ? { ...read, share: later } : read;
  }

  /** Returns the number of rows with which a row is compared at most. */
  columns(held: readonly VectorSet[]): number {
    const others = held.reduce((sum, part) => sum + part.rows, 0);
    return others + (this.isWithin ? this.compared.set.rows : 0);
  }

  /**
   * Returns the pairs of some rows of the shard, nearest first, as records that begin with what orders them; or the rows of the groups that
   * these pairs make.
   *
   * @param first the first row, from 0 in the shard. @param end the row after the last.
   */
  async records(first: number, end: number, others: Parts): Promise<Records> {
    const { options, compared, fileRows, context } = this;
    const block = rowsFrom(compared.set, first, end);
    if (options.groups) {
      const groups = new Groups(fileRows);
      const second = await this.find(block, end, others, (one, other) => {
        groups.connect(one, other);
      });
      return this.rowsOfGroups(groups.list(), block, second);
    }
    const list = listFor(context, options);
    const second = await this.find(block, end, others, (...pair) => list.add(...pair));
    const pairs = list.sorted();
    const sides = [sideOf(this.paths[0], block), this.sideOfSecond(block, second)] as const;
    const columns = [
      await compared.carrier.columnsOf(0, sides[0], pairs.first),
      await compared.carrier.columnsOf(1, sides[1], pairs.second),
    ];
    const records = pairRecords(pairs, namesOfSet(block), this.namesOfSecond(block, second));
    const keys = [...rowsOf(pairs)].map((rows, k) => [pairs.scores[k], ...rows]);
    return keyedRecords(withCarried(records, compared.carrier.names, sidesOf(...columns), rowsOf(pairs)), keys);
  }

  /** Finds the pairs of a block of rows with later rows of the shard and with others. @param end the row after the block, in the shard. */
  private async find(block: VectorSet, end: number, others: Parts, onPair: OnPair): Promise<SecondSet> {
    const { context, options, compared, isWithin } = this;
    const { metric, minScore } = options;
    const { set, computing } = compared;
    const { firstRow = 0, rows } = block;
    if (isWithin && rows > 0) {
      const scores = await searchableTiles(metric, block, block, { ...computing, upper: true });
      await findPairs(context.computing(scores), minScore, (one, other, score) =>
        onPair(firstRow + one, firstRow + other, score),
      );
    }
    async function* parts(): AsyncGenerator<VectorSet> {
      if (isWithin && rows > 0 && end < set.rows) yield rowsFrom(set, end, set.rows);
      yield* others;
    }
    const places = isWithin ? new RowPlaces().add(block) : new RowPlaces();
    return pairsAcross(context, block, parts(), { metric, minScore, computing, places }, onPair);
  }

  /** Returns the names of the second rows of pairs: within one file, they may be in the block. */
  private namesOfSecond(block: VectorSet, { names }: SecondSet): RowNames {
    const hasLabels = this.options.labels !== undefined;
    if (!this.isWithin) return hasLabels ? { ...names, labelOf: names.labelOf ?? (() => null) } : names;
    const { rows, firstRow = 0 } = block;
    const own = namesOfSet(block);
    const of = (row: number) => (row < firstRow + rows ? own : names);
    return {
      kind: own.kind,
      idOf: (row) => of(row).idOf(row),
      labelOf: hasLabels ? (row) => of(row).labelOf?.(row) ?? null : null,
    };
  }

  private sideOfSecond(block: VectorSet, second: SecondSet): CarrySide {
    const [a, b = a] = this.paths;
    if (!this.isWithin) return { path: b, ...second };
    const names = this.namesOfSecond(block, second);
    return { path: a, places: second.places, idOf: block.ids && ((row) => String(names.idOf(row))) };
  }

  /** Returns the rows of groups: each with the first row of its group, and its cells. */
  private async rowsOfGroups(groups: readonly number[][], block: VectorSet, second: SecondSet): Promise<Records> {
    const { carrier } = this.compared;
    const rows = groups.flat();
    const columns = await carrier.columnsOf(0, this.sideOfSecond(block, second), rows);
    const named = groupRecords(groups, this.namesOfSecond(block, second));
    const places = rows.map((row) => [row]);
    const records = withCarried(named, carrier.names, [{ columns, prefix: "" }], places);
    const firstRows = groups.flatMap((group) => group.map(() => group[0]));
    function* linked(): Generator<RecordCell[]> {
      let at = 0;
      for (const [_, __, ...cells] of records.rows) {
        yield [rows[at], firstRows[at], ...cells];
        at++;
      }
    }
    return { ...records, rows: linked() };
  }
}
