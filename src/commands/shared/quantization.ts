import { UsageError } from "../../core/errors.js";
import { quantized, RangeGatherer, type Ranges, rangesOf } from "../../core/quantization.js";
import { type Numbers, sharedDoublesOf, type VectorSet } from "../../core/vectors.js";
import { readBatches } from "../../reading/read-batches.js";
import type { Dtype, ReadVectorsOptions } from "../../reading/read-vectors.js";
import type { Context } from "../../shell/context.js";
import { expectReadTwice, openVectorInput, storedPrecision } from "../../shell/inputs.js";
import type { InputOptions, QuantizationOptions } from "../../shell/options.js";
import { counted } from "../../shell/report.js";
import { comparesSigns } from "../../similarity/metrics/bit-metrics.js";
import type { MetricName } from "../../similarity/options.js";

/** Returns a set with the components that its quantised ones stand for, by default in the memory of the set. */
export type Quantize = (set: VectorSet, to?: Numbers) => VectorSet;

/**
 * Returns the options by which a search reads vectors: signs as packed bits, where the metric depends only on how many of them
 * differ. It finds the same rows with the same scores.
 */
export function withSignBits<O extends ReadVectorsOptions>(
  read: O,
  {
    metric,
    quantize,
    packedBits,
  }: QuantizationOptions & Pick<InputOptions, "packedBits"> & { readonly metric: MetricName },
): O {
  const areSigns = quantize === "binary" || (packedBits !== undefined && quantize === undefined);
  return areSigns && comparesSigns(metric) ? { ...read, bits: packedBits ?? "signs" } : read;
}

/** The precision in which vectors are read: int8 codes of float32 rows are computed in float32. */
export const quantizedPrecision = (dtype: Dtype, { quantize }: QuantizationOptions): Dtype | "stored" =>
  quantize === undefined ? dtype : storedPrecision(dtype);

/**
 * Quantises sets in their memory, by the ranges of `--calibration` or of the last set. Returns the sets as doubles, or as float32 if
 * they were read so by `--dtype f32`; unchanged without `--quantize`.
 */
export async function quantizedSets<S extends readonly [VectorSet, ...VectorSet[]]>(
  context: Context,
  sets: S,
  options: QuantizationOptions,
  read: ReadVectorsOptions,
): Promise<S> {
  const last = sets[sets.length - 1];
  const quantize = await quantizer(context, options, read, async () => rangesOf(last));
  if (!quantize) return sets;
  const found = new Map<VectorSet, VectorSet>();
  for (const set of new Set(sets)) {
    const small = quantize(set);
    const values = read.dtype === "f32" ? small.values : sharedDoublesOf(small.values);
    if (values !== small.values) context.memory.take(values.byteLength);
    found.set(set, { ...small, values });
  }
  return sets.map((set) => found.get(set)) as readonly VectorSet[] as S;
}

/**
 * Returns the quantisation of `--quantize`; null without the option.
 *
 * @param ranges finds the ranges of the rows that are compared, if there is no `--calibration`.
 * @throws {UsageError} for a calibration that is not used.
 */
export async function quantizer(
  context: Context,
  { quantize: kind, calibration }: QuantizationOptions,
  read: ReadVectorsOptions,
  ranges: () => Promise<Ranges>,
): Promise<Quantize | null> {
  expectCalibration(kind === undefined ? [] : [kind], calibration);
  // Rows of bits are quantised as they are read.
  if (kind === undefined || read.bits !== undefined) return null;
  const calibrated = kind === "int8" ? await calibrationRanges(context, calibration, read, ranges) : null;
  return (set, to = set.values) => quantized(set, kind, calibrated, to);
}

/** Returns the ranges of `--calibration`, or with a note those of the rows that are compared. */
export async function calibrationRanges(
  context: Context,
  calibration: string | undefined,
  read: ReadVectorsOptions,
  ranges: () => Promise<Ranges>,
): Promise<Ranges> {
  if (calibration !== undefined) return fileRanges(context, calibration, read);
  const found = await ranges();
  context.note(
    `int8: the ranges are those of ${counted(found.rows, "row")} of ${found.name}; --calibration names another file`,
  );
  return found;
}

/** @throws {UsageError} for a calibration without int8. */
export function expectCalibration(kinds: readonly string[], calibration: string | undefined): void {
  if (calibration === undefined || kinds.includes("int8")) return;
  const found = kinds.length > 0 ? `--quantize ${kinds.join(",")}` : "no --quantize";
  throw new UsageError(`--calibration: expected --quantize int8 with it, found ${found}`, "only int8 needs ranges");
}

/**
 * Returns the ranges of a corpus that is read again when it is searched.
 *
 * @throws {UsageError} for stdin and other pipes, which can be read only once.
 */
export function corpusRanges(context: Context, path: string, read: ReadVectorsOptions): Promise<Ranges> {
  expectReadTwice("--quantize int8", path, "--calibration FILE names vectors whose ranges are used");
  return fileRanges(context, path, read);
}

/** Returns the ranges of the rows of a file, which are not kept. */
async function fileRanges(context: Context, path: string, read: ReadVectorsOptions): Promise<Ranges> {
  const options = { ...read, ...context.readerOptions };
  const input = openVectorInput(context, path, options);
  const gatherer = new RangeGatherer(input.name);
  for await (const { values, rows, columns } of readBatches(input, options)) {
    const used = values.subarray(0, rows * columns);
    gatherer.add(read.dtype === "f32" ? Float32Array.from(used) : used, columns);
  }
  context.progress.clear();
  return gatherer.result();
}
