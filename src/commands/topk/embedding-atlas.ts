import { UsageError } from "../../core/errors.js";
import type { VectorSet } from "../../core/vectors.js";
import type { MissingPolicy } from "../../input/reader.js";
import type { Neighbours } from "../../neighbours/nearest-rows.js";
import type { Context } from "../../shell/context.js";
import { writeAll } from "../../shell/writers.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import type { MetricName } from "../../similarity/options.js";

/** Options that decide whether neighbours can be written for Embedding Atlas. */
interface AtlasOptions {
  readonly metric: MetricName;
  readonly missing: MissingPolicy;
}

/** Returns whether 1 − score is a distance: SciPy's distance of the same name. */
const isShare = (metric: MetricName): boolean => METRICS[metric].range[1] === 1;

/**
 * Expects options whose result Embedding Atlas can read. Its ids of neighbours are row numbers of the table that it shows.
 *
 * @throws {UsageError} for another format, a corpus, a metric without distances, or rows that are left out.
 */
export function expectAtlas(format: string, corpus: string | undefined, { metric, missing }: AtlasOptions): void {
  if (format !== "parquet") {
    const expected = `--embedding-atlas: expected the format parquet, found ${format}`;
    throw new UsageError(expected, "-f parquet -o FILE.parquet");
  }
  if (corpus !== undefined) {
    throw new UsageError(
      `--embedding-atlas: expected one file, whose rows are each other's neighbours, found the corpus ${corpus}`,
      "leave out the corpus",
    );
  }
  if (METRICS[metric].nearer === "greater" && !isShare(metric)) {
    throw new UsageError(`--embedding-atlas: expected a metric with distances, found ${metric}`, "--metric cosine");
  }
  if (missing === "skip-row") {
    throw new UsageError(
      "--embedding-atlas: expected all rows of the file, found --missing skip-row",
      "a row that is left out would shift the row numbers after it; --missing mean keeps all rows",
    );
  }
}

/** Writes one row for each query: `id`, `neighbors` and, with labels, `label`. */
export async function writeAtlas(
  context: Context,
  { k, counts, rows, scores }: Neighbours,
  { ids, labels }: VectorSet,
  metric: MetricName,
): Promise<void> {
  const { atlasNeighbours } = await import("../../formats/parquet/write-neighbours.js");
  const distanceAt = isShare(metric) ? (index: number) => 1 - scores[index] : (index: number) => scores[index];
  await writeAll(context, atlasNeighbours({ ids, k, counts, rows, distanceAt }, labels));
}
