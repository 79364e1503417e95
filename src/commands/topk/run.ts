import { packedSigns } from "../../core/bits.js";
import { UsageError } from "../../core/errors.js";
import { rangesOf } from "../../core/quantization.js";
import { bytesOf, sharedNumbers, type VectorSet } from "../../core/vectors.js";
import { isPicture, recordFormat, recordOrPictureFormat } from "../../formats/writers.js";
import { NearestRows, type Neighbours } from "../../neighbours/nearest-rows.js";
import { rescored } from "../../neighbours/rescored.js";
import { type Cell, kindOfRows, type Records } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, prefetchBlas, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions, QuantizationOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { writeFigure, writeRecordList } from "../../shell/writers.js";
import { unitRowBytes } from "../../similarity/compute.js";
import { comparesSigns } from "../../similarity/metrics/bit-metrics.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import { isBitMetric } from "../../similarity/options.js";
import { Carrier, type CarryOptions, type CarrySide, expectCarry, sideOf, withCarried } from "../shared/carried.js";
import { corpusParts } from "../shared/corpus-parts.js";
import { labelsFrom, readLabelled, withLabelColumn, withLabels } from "../shared/labels.js";
import { corpusRanges, quantizer, withSignBits } from "../shared/quantization.js";
import { RowPlaces } from "../shared/row-places.js";
import { scoredParts } from "../shared/scored-parts.js";
import { expectAtlas, writeAtlas } from "./embedding-atlas.js";
import { groundTruthFormat, writeGroundTruth } from "./ground-truth.js";

export interface TopkOptions extends CommonOptions, InputOptions, MetricOptions, QuantizationOptions, CarryOptions {
  readonly k: number;
  readonly minScore?: number;
  readonly excludeSelf?: boolean;
  readonly labels?: string;
  readonly embeddingAtlas?: true;
  readonly groundTruth?: true;
  readonly rescore?: number;
}

/** Runs `simcli topk <queries> [corpus]`. */
export async function runTopk(
  context: Context,
  queriesPath: string,
  corpusPath: string | undefined,
  options: TopkOptions,
): Promise<number> {
  expectOneStdin([queriesPath, corpusPath, options.labels]);
  if (options.embeddingAtlas) expectAtlas(context.format, corpusPath, options);
  expectCarry(options, [queriesPath, corpusPath]);
  const truthFormat = groundTruthFormat(context, options);
  if (options.carry) recordFormat(context.format);
  else if (!truthFormat) recordOrPictureFormat(context.format);
  if (options.rescore !== undefined && options.quantize === undefined) {
    throw new UsageError("--rescore: expected --quantize with it, found none", "scores of other vectors are exact");
  }
  if (options.rescore !== undefined && isBitMetric(options.metric)) {
    throw new UsageError(
      `--rescore: expected a metric of the vectors as they are, found --metric ${options.metric}`,
      "--metric cosine finds candidates by the same bits",
    );
  }
  await context.prepare();
  const { k, minScore, excludeSelf = corpusPath === undefined } = options;
  const { metric, mode, backend, zeroVectors, dtype, rescore } = options;
  const carrier = new Carrier(context, options, readOptionsOf(options));
  const stored = { ...carrier.readOptions, dtype: storedPrecision(dtype) };
  const isRefined = rescore !== undefined;
  const read = isRefined ? stored : withSignBits(stored, options);
  prefetchBlas(context, options, queriesPath, corpusPath);
  const labels = await labelsFrom(context, options.labels);
  const queries = withLabels(await readLabelled(context, queriesPath, read, labels), labels, options.labels);
  await carrier.expectColumns([queriesPath, corpusPath]);
  const places = new RowPlaces();
  const bounds = { k, ...(minScore !== undefined && { minScore }) };
  const nearest = new NearestRows(queries.rows, {
    ...(isRefined ? { k: k * rescore, isRefined } : bounds),
    excludeSelf,
  });
  const quantize = await quantizer(context, options, read, async () =>
    corpusPath === undefined ? rangesOf(queries) : corpusRanges(context, corpusPath, withLabelColumn(read, labels)),
  );
  // The vectors as they are refine the scores.
  const small = (set: VectorSet) => {
    if (isRefined && options.quantize === "binary" && comparesSigns(metric)) return packedSigns(set);
    return quantize?.(set, isRefined ? sharedNumbers(set.values.length, set.values) : set.values) ?? set;
  };
  const smallQueries = small(queries);
  if (isRefined) context.memory.take(bytesOf(smallQueries));
  context.memory.take(unitRowBytes(metric, queries));
  const similarityOptions = { mode, backend, zeroVectors, ...context.engineOptions };
  const corpusLabels: string[] = [];
  let corpusRows = 0;
  const corpus =
    corpusPath === undefined
      ? [queries]
      : corpusParts(context, corpusPath, { read, labels, labelsText: options.labels });
  const smallPart = (part: VectorSet) => (part === queries ? smallQueries : small(part));
  const scored = scoredParts(context, metric, smallQueries, corpus, similarityOptions, smallPart);
  for await (const { part, scores } of scored) {
    for (const label of part.labels ?? []) corpusLabels.push(label);
    corpusRows += part.rows;
    if (carrier.names) places.add(part);
    const refine = isRefined && !isBitMetric(metric) ? METRICS[metric].exact(queries, part, zeroVectors) : undefined;
    await nearest.add(scores, part.firstRow, part.ids, refine);
  }
  const searched = nearest.result();
  const found = isRefined ? rescored(searched, bounds, METRICS[metric].nearer) : searched;
  const hasLabels = options.labels !== undefined;
  if (truthFormat) {
    await writeGroundTruth(context, truthFormat, found, queries, corpusPath ?? queriesPath);
  } else if (options.embeddingAtlas) {
    await writeAtlas(context, found, hasLabels ? queries : { ...queries, labels: null }, metric);
  } else if (isPicture(context.format)) {
    const { neighbourFigure } = await import("./neighbour-figure.js");
    await writeFigure(context, context.format, neighbourFigure(found, { ...options, corpusRows }));
  } else {
    const title = `the ${k} nearest of ${corpusPath ?? queriesPath} for ${queries.rows === 1 ? "1 query" : `each of ${queries.rows} queries`}`;
    const records = neighbourRecords(found, queries, hasLabels ? corpusLabels : null);
    await writeRecordList(
      context,
      await withColumns(records, carrier, found, sideOf(queriesPath, queries), {
        path: corpusPath ?? queriesPath,
        places,
      }),
      title,
    );
  }
  await context.commit();
  return EXIT.done;
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
  function* records(): Generator<Cell[]> {
    for (const [query, count] of counts.entries()) {
      for (let rank = 1; rank <= count; rank++) {
        const at = query * k + rank - 1;
        const record: Cell[] = [queries.ids?.[query] ?? query, rank, ids[at] ?? rows[at], scores[at]];
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
