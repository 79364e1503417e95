import { UsageError } from "../../core/errors.js";
import { codesOf, type Quantization, quantized, rangesOf } from "../../core/quantization.js";
import { doublesOf, type VectorSet } from "../../core/vectors.js";
import { loadWriter, type PlainFormat, storesTypes } from "../../formats/writers.js";
import type { Chunk, MatrixFormatter } from "../../output/format.js";
import type { StoredType } from "../../output/stored-numbers.js";
import { readBatches } from "../../reading/read-batches.js";
import type { Context } from "../../shell/context.js";
import { openVectorInput, readInput, readOptionsOf } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, QuantizationOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { shownIds, writeRows } from "../../shell/writers.js";
import { calibrationRanges, expectCalibration } from "../shared/quantization.js";
import { expectWholeVectors, wordsView, writeVectors } from "../shared/write-vectors.js";

export interface ConvertOptions extends CommonOptions, InputOptions, QuantizationOptions {
  readonly store?: StoredType;
}

/** The types in which quantised vectors are stored, where a format has them. */
const STORED_AS: { readonly [kind in Quantization]: StoredType } = { int8: "i8", binary: "u8", f16: "f16" };

/**
 * Formats that need no property of the whole set before the rows, so that rows can be written while the file is read.
 */
const STREAMED: ReadonlySet<string> = new Set(["csv", "tsv", "ndjson", "markdown"]);

/** Runs `simcli convert <a>`; `asWords` writes word vectors. */
export async function runConvert(
  context: Context,
  path: string,
  options: ConvertOptions,
  asWords: boolean,
): Promise<number> {
  expectWholeVectors(context);
  expectStorage(context, options, asWords);
  await context.prepare();
  if (!asWords && options.quantize === undefined && STREAMED.has(context.format))
    await convertStream(context, context.format as PlainFormat, path, options);
  else await convertSet(context, path, options, asWords);
  await context.commit();
  return EXIT.done;
}

/** Writes rows while the file is read; keeps only the ids. */
async function convertStream(
  context: Context,
  format: PlainFormat,
  path: string,
  options: ConvertOptions,
): Promise<void> {
  const shown = shownIds(context);
  const rowIds: string[] = [];
  let formatter: MatrixFormatter<Chunk> | null = null;
  let firstRow = 0;
  const read = { ...readOptionsOf(options), ...context.readerOptions };
  for await (const batch of readBatches(openVectorInput(context, path, read), read)) {
    const { rows, columns, values, ids, columnNames } = batch;
    for (const id of shown(ids) ?? []) rowIds.push(id);
    if (!formatter) {
      const head = {
        rows,
        columns,
        rowIds: ids && rowIds,
        columnIds: shown(columnNames),
        flat: false,
        members: {},
      };
      formatter = (await loadWriter(format)).matrix(head, { precision: options.precision ?? null, header: true });
      await context.write(formatter.begin());
    }
    await writeRows(context, formatter, doublesOf(values), columns, firstRow);
    firstRow += rows;
  }
  context.progress.clear();
  if (formatter) await context.write(formatter.end({}));
  context.detail(`converted ${path}: ${firstRow} rows`);
}

async function convertSet(context: Context, path: string, options: ConvertOptions, asWords: boolean): Promise<void> {
  const { store, quantize } = options;
  const type = store ?? (quantize && storesTypes(context.format) ? STORED_AS[quantize] : undefined);
  const set = await readSet(context, path, options);
  await writeVectors(context, set, {
    title: set.name,
    members: {},
    header: true,
    ...(type && { store: type }),
    ...wordsView(options, asWords),
  });
}

/** Reads a set, and quantises it if `--quantize` is given. */
async function readSet(context: Context, path: string, options: ConvertOptions): Promise<VectorSet> {
  const { quantize, calibration } = options;
  if (quantize === undefined) return readInput(context, path, readOptionsOf(options));
  const read = { ...readOptionsOf(options), dtype: "stored" as const };
  const set = await readInput(context, path, read);
  if (quantize === "f16") return quantized(set, quantize, null, set.values);
  const ranges =
    quantize === "int8" ? await calibrationRanges(context, calibration, read, async () => rangesOf(set)) : null;
  const d = set.dimensions;
  if (quantize === "binary" && d % 8 > 0) {
    context.note(
      `binary: ${d} components take ${Math.ceil(d / 8)} bytes; read them with --packed-bits ubinary --dimensions ${d}`,
    );
  }
  return codesOf(set, quantize, ranges);
}

/** @throws {UsageError} for a type that the format does not store, and a calibration that is not used. */
function expectStorage({ format }: Context, { store, quantize, calibration }: ConvertOptions, asWords: boolean): void {
  expectCalibration(quantize === undefined ? [] : [quantize], calibration);
  if (store !== undefined && (asWords || !storesTypes(format))) {
    throw new UsageError(
      `--store: expected the format npy or safetensors with it, found ${asWords ? "word vectors" : format}`,
      "-o FILE.npy; the formats fbin, u8bin and i8bin have a type of their own",
    );
  }
}
