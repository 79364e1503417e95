import type { VectorSet } from "../../core/vectors.js";
import { isPicture, recordOrPictureFormat } from "../../formats/writers.js";
import { NearestRows, type Neighbours } from "../../neighbours/nearest-rows.js";
import { type Cell, kindOfRows, type Records } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, prefetchBlas, readInputParts, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { writeFigure, writeRecordList } from "../../shell/writers.js";
import { type MetricTiles, unitRowBytes } from "../../similarity/compute.js";
import { FloatRoom } from "../../similarity/float-room.js";
import { searchableTiles } from "../../similarity/searchable.js";
import { expectLabelForEach, labelsFrom, readLabelled, withLabels } from "../shared/labels.js";
import { expectAtlas, writeAtlas } from "./embedding-atlas.js";

export interface TopkOptions extends CommonOptions, InputOptions, MetricOptions {
  readonly k: number;
  readonly minScore?: number;
  readonly excludeSelf?: boolean;
  readonly labels?: string;
  readonly embeddingAtlas?: true;
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
  recordOrPictureFormat(context.format);
  await context.prepare();
  const { k, minScore, excludeSelf = corpusPath === undefined, metric, mode, backend, zeroVectors, dtype } = options;
  const read = { ...readOptionsOf(options), dtype: storedPrecision(dtype) };
  prefetchBlas(context, options, queriesPath, corpusPath);
  const labels = await labelsFrom(context, options.labels);
  const queries = withLabels(await readLabelled(context, queriesPath, read, labels), labels, options.labels);
  const nearest = new NearestRows(queries.rows, { k, excludeSelf, ...(minScore !== undefined && { minScore }) });
  context.memory.take(unitRowBytes(metric, queries));
  const similarityOptions = { mode, backend, zeroVectors, ...context.engineOptions, room: new FloatRoom() };
  // Of the last part only: the rows of all parts need not fit in memory.
  let computed: MetricTiles | null = null;
  const corpusLabels: string[] = [];
  let corpusRows = 0;
  const partOptions = { ...read, ...(labels.column !== undefined && { labelColumn: labels.column }) };
  for await (const part of partsOf(context, queries, corpusPath, partOptions)) {
    const partLabels = labels.list?.slice(part.firstRow ?? 0, (part.firstRow ?? 0) + part.rows) ?? part.labels;
    for (const label of partLabels ?? []) corpusLabels.push(label);
    corpusRows += part.rows;
    const scores = await searchableTiles(metric, queries, part, similarityOptions);
    await nearest.add(context.computing(scores), part.firstRow, part.ids);
    computed = scores;
  }
  expectLabelForEach(labels, options.labels, corpusRows, corpusPath ?? queriesPath);
  if (computed) context.detailProduct({ ...computed, columns: corpusRows });
  const found = nearest.result();
  const hasLabels = options.labels !== undefined;
  if (options.embeddingAtlas) {
    await writeAtlas(context, found, hasLabels ? queries : { ...queries, labels: null }, metric);
  } else if (isPicture(context.format)) {
    const { neighbourFigure } = await import("./neighbour-figure.js");
    await writeFigure(context, context.format, neighbourFigure(found, { ...options, corpusRows }));
  } else {
    const title = `the ${k} nearest of ${corpusPath ?? queriesPath} for each of ${queries.rows} queries`;
    await writeRecordList(context, neighbourRecords(found, queries, hasLabels ? corpusLabels : null), title);
  }
  await context.commit();
  return EXIT.done;
}

async function* partsOf(
  context: Context,
  queries: VectorSet,
  path: string | undefined,
  read: Parameters<typeof readInputParts>[2],
): AsyncGenerator<VectorSet> {
  if (path === undefined) yield queries;
  else yield* readInputParts(context, path, read);
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
