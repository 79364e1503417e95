import { packedSigns } from "../../core/bits.js";
import { rangesOf } from "../../core/quantization.js";
import { rowsOfShard, type Shard } from "../../core/shard.js";
import { bytesOf, sharedNumbers, type VectorSet } from "../../core/vectors.js";
import { NearestRows, type Neighbours } from "../../neighbours/nearest-rows.js";
import { rescored } from "../../neighbours/rescored.js";
import { type Cell, kindOfRows, type Records } from "../../output/format.js";
import type { ReadVectorsOptions } from "../../reading/read-vectors.js";
import type { Context } from "../../shell/context.js";
import { fitsInMemory, prefetchBlas, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import { rowsInAMinute } from "../../shell/shards.js";
import { unitRowBytes } from "../../similarity/compute.js";
import { comparesSigns } from "../../similarity/metrics/bit-metrics.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import { isBitMetric } from "../../similarity/options.js";
import { Carrier, type CarrySide, sideOf, withCarried } from "../shared/carried.js";
import { corpusParts } from "../shared/corpus-parts.js";
import { type Labels, labelsFrom, readLabelled, withLabelColumn, withLabels } from "../shared/labels.js";
import { corpusRanges, type Quantize, quantizer, withSignBits } from "../shared/quantization.js";
import { RowPlaces } from "../shared/row-places.js";
import { scoredParts } from "../shared/scored-parts.js";
import type { TopkOptions } from "./run.js";

type Corpus = Iterable<VectorSet> | AsyncIterable<VectorSet>;

/** The search of a corpus for the neighbours of queries. */
export class TopkSearch {
  private readonly places = new RowPlaces();
  /** Sets as they are compared: a part that is searched for several blocks of queries is quantised once. */
  private readonly smallSets = new WeakMap<VectorSet, VectorSet>();
  private readonly corpusLabels: string[] = [];
  /** Number of rows of the corpus that have been searched; all after the first search. */
  corpusRows = 0;

  private constructor(
    private readonly context: Context,
    private readonly paths: readonly [queries: string, corpus: string | undefined],
    private readonly options: TopkOptions,
    readonly queries: VectorSet,
    private readonly read: ReadVectorsOptions,
    private readonly labels: Labels,
    private readonly carrier: Carrier,
    private readonly quantize: Quantize | null,
  ) {}

  /**
   * Reads the queries, or those of a shard.
   *
   * @throws the errors of reading, and {@link UsageError} for columns that cannot be carried.
   */
  static async open(
    context: Context,
    queriesPath: string,
    corpusPath: string | undefined,
    options: TopkOptions,
    shard?: Shard,
  ): Promise<TopkSearch> {
    const { metric, dtype, rescore } = options;
    const carrier = await Carrier.open(context, options, readOptionsOf(options), [queriesPath, corpusPath]);
    const stored = { ...carrier.readOptions, dtype: storedPrecision(dtype) };
    const read = rescore === undefined ? withSignBits(stored, options) : stored;
    prefetchBlas(context, options, queriesPath, corpusPath);
    const labels = await labelsFrom(context, options.labels);
    const own = shard ? { ...read, share: (rows: number) => rowsOfShard(shard, rows) } : read;
    const queries = withLabels(await readLabelled(context, queriesPath, own, labels), labels, options.labels);
    await carrier.expectColumns([queriesPath, corpusPath]);
    const quantize = await quantizer(context, options, read, async () =>
      corpusPath === undefined && !shard
        ? rangesOf(queries)
        : corpusRanges(context, corpusPath ?? queriesPath, withLabelColumn(read, labels)),
    );
    if (rescore !== undefined) context.memory.take(bytesOf(queries));
    context.memory.take(unitRowBytes(metric, queries));
    return new TopkSearch(context, [queriesPath, corpusPath], options, queries, read, labels, carrier, quantize);
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

  /** Returns the number of queries that are searched for in about a minute. */
  rowsAtOnce(corpus: readonly VectorSet[]): number {
    const rows = corpus.reduce((sum, part) => sum + part.rows, 0);
    return rowsInAMinute(rows, this.queries.dimensions);
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
    const { carrier, paths, places, options } = this;
    const [queriesPath, corpusPath = queriesPath] = paths;
    const records = neighbourRecords(found, queries, options.labels !== undefined ? this.corpusLabels : null);
    return withColumns(records, carrier, found, sideOf(queriesPath, queries), { path: corpusPath, places });
  }
}

/** Returns records with the carried columns of queries and neighbours. */
async function withColumns(
  records: Records,
  carrier: Carrier,
  found: Neighbours,
  ofQueries: CarrySide,
  corpus: Omit<CarrySide, "idOf">,
): Promise<Records> {
  if (!carrier.names) return records;
  const { ids, rows } = found;
  const idAt = new Map<number, string | undefined>();
  // A query with fewer than k neighbours has no ids in the places of the others.
  ids.forEach((id, at) => {
    idAt.set(rows[at], id);
  });
  const ofCorpus = { ...corpus, idOf: ids.length > 0 ? (row: number) => idAt.get(row) ?? "" : null };
  const pairs = [...neighbourRows(found)];
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

/** Yields query and row of each neighbour, in the order of the records. */
function* neighbourRows({ k, counts, rows }: Neighbours): Generator<readonly [query: number, row: number]> {
  for (const [query, count] of counts.entries()) {
    for (let rank = 0; rank < count; rank++) yield [query, rows[query * k + rank]];
  }
}

/** Returns one record per neighbour: `query,rank,id,score`, and with labels `query_label,label`. */
function neighbourRecords(
  { k, counts, rows, scores, ids }: Neighbours,
  queries: VectorSet,
  corpusLabels: readonly string[] | null,
): Records {
  const { firstRow = 0 } = queries;
  function* records(): Generator<Cell[]> {
    for (const [query, count] of counts.entries()) {
      for (let rank = 1; rank <= count; rank++) {
        const at = query * k + rank - 1;
        const record: Cell[] = [queries.ids?.[query] ?? firstRow + query, rank, ids[at] ?? rows[at], scores[at]];
        if (corpusLabels) record.push(queries.labels?.[query] ?? null, corpusLabels[rows[at]] ?? null);
        yield record;
      }
    }
  }
  const kindOfIds = ids.some((id) => id !== undefined) ? "text" : "whole";
  const kinds = [kindOfRows(queries.ids), "whole", kindOfIds, "number"] as const;
  const columns = ["query", "rank", "id", "score"];
  if (!corpusLabels) return { columns, kinds, rows: records() };
  return { columns: [...columns, "query_label", "label"], kinds: [...kinds, "text", "text"], rows: records() };
}
