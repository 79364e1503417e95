import type { ScoredMatrix } from "../../core/matrix.js";
import type { VectorSet } from "../../core/vectors.js";
import type { Context } from "../../shell/context.js";
import type { MetricTiles } from "../../similarity/compute.js";
import { FloatRoom } from "../../similarity/float-room.js";
import type { ComputeOptions, MetricName } from "../../similarity/options.js";
import { searchableTiles } from "../../similarity/searchable.js";

/**
 * Yields the parts of a corpus with the scores of all queries, with progress, and reports the timings of all parts at the end.
 *
 * @param prepared returns the vectors of a part that are compared. Default: the part.
 */
export async function* scoredParts<P extends VectorSet>(
  context: Context,
  metric: MetricName,
  queries: VectorSet,
  parts: AsyncIterable<P> | Iterable<P>,
  options: ComputeOptions,
  prepared: (part: P) => VectorSet = (part) => part,
): AsyncGenerator<{ readonly part: P; readonly scores: ScoredMatrix }> {
  const room = new FloatRoom();
  // Of the last part only: the rows of all parts need not fit in memory.
  let computed: MetricTiles | null = null;
  let columns = 0;
  for await (const part of parts) {
    computed = await searchableTiles(metric, queries, prepared(part), { ...options, room });
    columns += part.rows;
    yield { part, scores: context.computing(computed) };
  }
  if (computed) context.detailProduct({ ...computed, columns });
}
