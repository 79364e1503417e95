import { rangesOf } from "../../core/quantization.js";
import type { RowShare } from "../../core/shard.js";
import type { VectorSet } from "../../core/vectors.js";
import { PairList, type Pairs } from "../../neighbours/near-pairs.js";
import type { Context } from "../../shell/context.js";
import { prefetchBlas, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions, QuantizationOptions } from "../../shell/options.js";
import type { ShardOptions } from "../../shell/shards.js";
import { unitRowBytes } from "../../similarity/compute.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import type { ComputeOptions } from "../../similarity/options.js";
import { type AddedColumns, Carrier, type CarryOptions } from "../shared/carried.js";
import type { CarriedColumns } from "../shared/carried-cells.js";
import type { CorpusOptions } from "../shared/corpus-parts.js";
import { labelsFrom, readLabelled, withLabelColumn, withLabels } from "../shared/labels.js";
import { corpusRanges, quantizer, withSignBits } from "../shared/quantization.js";

export interface PairsOptions
  extends CommonOptions,
    InputOptions,
    MetricOptions,
    QuantizationOptions,
    CarryOptions,
    ShardOptions {
  readonly minScore: number;
  readonly maxPairs?: number;
  readonly groups?: "components" | "communities";
  readonly minSize?: number;
  readonly labels?: string;
}

/** The rows of the first file, and how they are compared with others. */
export interface Compared {
  readonly set: VectorSet;
  readonly carrier: Carrier;
  readonly computing: ComputeOptions;
  /** How rows that are compared with the set are read. */
  readonly corpus: CorpusOptions;
}

/** Reads the first file, or the rows of a shard. */
export async function readCompared(
  context: Context,
  path: string,
  secondPath: string | undefined,
  options: PairsOptions,
  share?: RowShare,
): Promise<Compared> {
  const { metric, mode, backend, zeroVectors, dtype } = options;
  prefetchBlas(context, options, path, secondPath);
  const carrier = await Carrier.open(context, options, readOptionsOf(options), [path, secondPath]);
  const read = withSignBits({ ...carrier.readOptions, dtype: storedPrecision(dtype) }, options);
  const labels = await labelsFrom(context, options.labels);
  const own = share ? { ...read, share } : read;
  const whole = withLabels(await readLabelled(context, path, own, labels), labels, options.labels);
  await carrier.expectColumns([path, secondPath]);
  const quantize = await quantizer(context, options, read, async () =>
    secondPath === undefined && !share
      ? rangesOf(whole)
      : corpusRanges(context, secondPath ?? path, withLabelColumn(read, labels)),
  );
  const set = quantize?.(whole) ?? whole;
  context.memory.take(unitRowBytes(metric, set));
  return {
    set,
    carrier,
    computing: { mode, backend, zeroVectors, ...context.engineOptions },
    corpus: { read, labels, labelsText: options.labels, quantize },
  };
}

/** Returns an empty list of pairs in the order of the result, of the length of `--max-pairs`. */
export const listFor = (context: Context, { maxPairs = Number.POSITIVE_INFINITY, metric }: PairsOptions): PairList =>
  new PairList(maxPairs, METRICS[metric].nearer === "greater" ? 1 : -1, context.room());

/** Returns the title of pairs, or of groups. */
export const titleOf = (paths: readonly string[], { groups, minScore }: PairsOptions): string =>
  `${groups ? "groups" : "pairs"} of rows of ${paths.join(" and ")} that score ${minScore} or better`;

export const sidesOf = (...columns: readonly CarriedColumns[]): AddedColumns[] =>
  columns.map((ofSide, side) => ({ columns: ofSide, prefix: side === 0 ? "a_" : "b_" }));

export function* rowsOf({ count, first, second }: Pairs): Generator<readonly [number, number]> {
  for (let i = 0; i < count; i++) yield [first[i], second[i]];
}
