import { packedSigns } from "../../core/bits.js";
import { rangesOf } from "../../core/quantization.js";
import { type RowShare, rowsOfShard, type Shard } from "../../core/shard.js";
import { bytesOf, sharedNumbers, type VectorSet } from "../../core/vectors.js";
import { NearestRows, type Neighbours } from "../../neighbours/nearest-rows.js";
import { rescored } from "../../neighbours/rescored.js";
import { type Cell, kindOfRows, type Records } from "../../output/format.js";
import type { ReadVectorsOptions } from "../../reading/read-vectors.js";
import { keyedRecords } from "../../sharding/ordered-records.js";
import type { Context } from "../../shell/context.js";
import { fitsInMemory, prefetchBlas, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import { type OpenShard, rowsInAMinute } from "../../shell/shards.js";
import { unitRowBytes } from "../../similarity/compute.js";
import { comparesSigns } from "../../similarity/metrics/bit-metrics.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import { isBitMetric } from "../../similarity/options.js";
import { Carrier, type CarrySide, sideOf, withCarried } from "../shared/carried.js";
import { aboutRows, corpusParts } from "../shared/corpus-parts.js";
import { type Labels, labelsFrom, readLabelled, withLabelColumn, withLabels } from "../shared/labels.js";
import { corpusRanges, type Quantize, quantizer, withSignBits } from "../shared/quantization.js";
import { RowPlaces } from "../shared/row-places.js";
import { scoredParts } from "../shared/scored-parts.js";
import type { TopkOptions } from "./run.js";

type Corpus = Iterable<VectorSet> | AsyncIterable<VectorSet>;

const shareOfShard =
  (shard: Shard): RowShare =>
  (rows) =>
    rowsOfShard(shard, rows);

/** The search of a corpus for the neighbours of queries. */
export class TopkSearch {
  private readonly places = new RowPlaces();
  /** Sets as they are compared: a part that is searched for several blocks of queries is quantised once. */
  private readonly smallSets = new WeakMap<VectorSet, VectorSet>();
  private readonly corpusLabels: string[] = [];
  private firstCorpusRow = 0;
  /** Number of rows of the corpus that have been searched; all after the first search. */
  corpusRows = 0;

  private constructor(
    private readonly context: Context,
    private readonly paths: readonly [queries: string, corpus: string | undefined],
    private readonly options: TopkOptions,
    readonly queries: VectorSet,
    /** How the corpus is read. */
    private readonly read: ReadVectorsOptions,
    private readonly labels: Labels,
    private readonly carrier: Carrier,
    private readonly quantize: Quantize | null,
  ) {}

  /**
   * Reads the queries, or those of a shard, whose share of the corpus is searched.
   *
   * @throws the errors of reading, and {@link UsageError} for columns that cannot be carried.
   */
  static async open(
    context: Context,
    queriesPath: string,
    corpusPath: string | undefined,
    options: TopkOptions,
    shard: Pick<OpenShard, "shard" | "corpusShard"> | null = null,
  ): Promise<TopkSearch> {
    const { metric, dtype, rescore } = options;
    const carrier = await Carrier.open(context, options, readOptionsOf(options), [queriesPath, corpusPath]);
    const stored = { ...carrier.readOptions, dtype: storedPrecision(dtype) };
    const read = rescore === undefined ? withSignBits(stored, options) : stored;
    prefetchBlas(context, options, queriesPath, corpusPath);
    const labels = await labelsFrom(context, options.labels);
    const own = shard ? { ...read, share: shareOfShard(shard.shard) } : read;
    const queries = withLabels(await readLabelled(context, queriesPath, own, labels), labels, options.labels);
    await carrier.expectColumns([queriesPath, corpusPath]);
    const quantize = await quantizer(context, options, read, async () =>
      corpusPath === undefined && !shard
        ? rangesOf(queries)
        : corpusRanges(context, corpusPath ?? queriesPath, withLabelColumn(read, labels)),
    );
    if (rescore !== undefined) context.memory.take(bytesOf(queries));
    context.memory.take(unitRowBytes(metric, queries));
    const ofCorpus = shard?.corpusShard ? { ...read, share: shareOfShard(shard.corpusShard) } : read;
    return new TopkSearch(context, [queriesPath, corpusPath], options, queries, ofCorpus, labels, carrier, quantize);
  }

  get title(): string {
    const [queriesPath, corpusPath] = this.paths;
    const { rows, fileRows = rows } = this.queries;
    const queries = fileRows === 1 ? "1 query" : `each of ${fileRows} queries`;
    return `the ${this.options.k} nearest of ${corpusPath ?? queriesPath} for ${queries}`;
  }

  /** Returns the rows that are searched, in parts. */
  corpus(): Corpus {
    const { context, paths, queries, read, labels } = this;
    const [queriesPath, corpusPath] = paths;
    if (corpusPath === undefined && queries.fileRows === undefined) return [queries];
    return corpusParts(context, corpusPath ?? queriesPath, { read, labels, labelsText: this.options.labels });
  }

  /** Returns the rows that are searched, if all of them fit in memory; otherwise null. */
  async held(): Promise<readonly VectorSet[] | null> {
    const [queriesPath, corpusPath = queriesPath] = this.paths;
    if (!(await fitsInMemory(this.context, corpusPath, this.read))) return null;
    const parts: VectorSet[] = [];
    for await (const part of this.corpus()) parts.push(part);
    return parts;
  }

  /**
   * Returns the number of queries that are searched for in about a minute; in ten, if the corpus is read again for them.
   *
   * @param corpus the corpus, if it is held in memory.
   */
  rowsAtOnce(corpus: readonly VectorSet[] | null): number {
    const { queries, paths } = this;
    if (corpus) {
      const rows = corpus.reduce((sum, part) => sum + part.rows, 0);
      return rowsInAMinute(rows, queries.dimensions);
    }
    return 10 * rowsInAMinute(aboutRows(paths[1] ?? paths[0], queries.dimensions), queries.dimensions);
  }

  /** Finds the neighbours of some queries. */
  async nearest(queries: VectorSet, corpus: Corpus): Promise<Neighbours> {
    const { context, options, quantize, places, corpusLabels, carrier } = this;
    const { metric, mode, backend, zeroVectors, rescore, k, minScore } = options;
    const { excludeSelf = this.paths[1] === undefined } = options;
    const bounds = { k, ...(minScore !== undefined && { minScore }) };
    const isRefined = rescore !== undefined;
    const nearest = new NearestRows(queries.rows, {
      ...(isRefined ? { k: k * rescore, isRefined } : bounds),
      excludeSelf,
      firstQuery: queries.firstRow ?? 0,
    });
    // The vectors as they are refine the scores.
    const quantized = (set: VectorSet) => {
      if (isRefined && options.quantize === "binary" && comparesSigns(metric)) return packedSigns(set);
      return quantize?.(set, isRefined ? sharedNumbers(set.values.length, set.values) : set.values) ?? set;
    };
    const small = (set: VectorSet) => {
      const known = this.smallSets.get(set) ?? quantized(set);
      this.smallSets.set(set, known);
      return known;
    };
    const similarityOptions = { mode, backend, zeroVectors, ...context.engineOptions };
    const scored = scoredParts(context, metric, small(queries), corpus, similarityOptions, small);
    const isFirst = this.corpusRows === 0;
    for await (const { part, scores } of scored) {
      if (isFirst) {
        if (this.corpusRows === 0) this.firstCorpusRow = part.firstRow ?? 0;
        for (const label of part.labels ?? []) corpusLabels.push(label);
        this.corpusRows += part.rows;
        if (carrier.names) places.add(part);
      }
      const refine = isRefined && !isBitMetric(metric) ? METRICS[metric].exact(queries, part, zeroVectors) : undefined;
      await nearest.add(scores, part.firstRow, part.ids, refine);
    }
    const searched = nearest.result();
    return isRefined ? rescored(searched, bounds, METRICS[metric].nearer) : searched;
  }

  /** Returns a record for each neighbour of some queries, with the carried columns. */
  async records(queries: VectorSet, found: Neighbours): Promise<Records> {
    const { carrier, paths, places, options, corpusLabels, firstCorpusRow } = this;
    const [queriesPath, corpusPath = queriesPath] = paths;
    const labelOf = options.labels !== undefined ? (row: number) => corpusLabels[row - firstCorpusRow] : null;
    const records = neighbourRecords(found, queries, labelOf);
    if (!carrier.names) return records;
    const pairs = [...neighbourRows(found, queries)];
    return withColumns(records, carrier, found, pairs, sideOf(queriesPath, queries), { path: corpusPath, places });
  }

  /** Returns the records of neighbours in a share of the corpus: query, score and row come before each. */
  async recordsOfShare(queries: VectorSet, found: Neighbours): Promise<Records> {
    const keys = [...neighbourRows(found, queries)].map(([query, row, score]) => [query, score, row]);
    return keyedRecords(await this.records(queries, found), keys);
  }
}

/** Returns records with the carried columns of queries and neighbours. */
async function withColumns(
  records: Records,
  carrier: Carrier,
  found: Neighbours,
  pairs: readonly (readonly number[])[],
  ofQueries: CarrySide,
  corpus: Omit<CarrySide, "idOf">,
): Promise<Records> {
  const { ids, rows } = found;
  const idAt = new Map<number, string | undefined>();
  // A query with fewer than k neighbours has no ids in the places of the others.
  ids.forEach((id, at) => {
    idAt.set(rows[at], id);
  });
  const ofCorpus = { ...corpus, idOf: ids.length > 0 ? (row: number) => idAt.get(row) ?? "" : null };
  const columns = (side: number, rows: CarrySide) =>
    carrier.columnsOf(
      side,
      rows,
      pairs.map((pair) => pair[side]),
    );
  const sides = [
    { columns: await columns(0, ofQueries), prefix: "query_" },
    { columns: await columns(1, ofCorpus), prefix: "" },
  ];
  return withCarried(records, carrier.names, sides, pairs);
}

/** Yields query, row and score of each neighbour, in the order of the records. */
function* neighbourRows(
  { k, counts, rows, scores }: Neighbours,
  { firstRow = 0 }: VectorSet,
): Generator<readonly [query: number, row: number, score: number]> {
  for (const [query, count] of counts.entries()) {
    for (let at = query * k; at < query * k + count; at++) yield [firstRow + query, rows[at], scores[at]];
  }
}

/** Returns one record per neighbour: `query,rank,id,score`, and with labels `query_label,label`. */
function neighbourRecords(
  { k, counts, rows, scores, ids }: Neighbours,
  queries: VectorSet,
  labelOf: ((row: number) => string) | null,
): Records {
  const { firstRow = 0 } = queries;
  function* records(): Generator<Cell[]> {
    for (const [query, count] of counts.entries()) {
      for (let rank = 1; rank <= count; rank++) {
        const at = query * k + rank - 1;
        const record: Cell[] = [queries.ids?.[query] ?? firstRow + query, rank, ids[at] ?? rows[at], scores[at]];
        if (labelOf) record.push(queries.labels?.[query] ?? null, labelOf(rows[at]) ?? null);
        yield record;
      }
    }
  }
  const kindOfIds = ids.some((id) => id !== undefined) ? "text" : "whole";
  const kinds = [kindOfRows(queries.ids), "whole", kindOfIds, "number"] as const;
  const columns = ["query", "rank", "id", "score"];
  if (!labelOf) return { columns, kinds, rows: records() };
  return { columns: [...columns, "query_label", "label"], kinds: [...kinds, "text", "text"], rows: records() };
}
