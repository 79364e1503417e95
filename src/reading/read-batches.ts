import { type FileFormat, forArray, formatOf } from "../formats/registry.js";
import { fileSize } from "../input/file-size.js";
import { type ReadOptions, type RowBatch, type RowSink, shareOf } from "../input/reader.js";
import { openFile, peek, type Source } from "../input/source.js";
import { type Input, isList } from "../input/source-list.js";
import { firstDimensions } from "./first-dimensions.js";
import { withoutMissing } from "./missing-values.js";
import { packedRows, unpackedBits } from "./packed-bits.js";
import { type OpenedFile, readList } from "./read-list.js";

/** Detects the format of a source from its first bytes and its name. */
export async function recognise(
  input: Source,
  options: ReadOptions = {},
): Promise<{ readonly source: Source; readonly format: FileFormat }> {
  const { head, source } = await peek(input);
  const path = input.file?.path ?? input.name;
  const format = formatOf(head, path, options.inputFormat);
  return { source, format: input.array === undefined ? format : forArray(format, input.array, input.name, path) };
}

/**
 * Reads vectors in any format in batches, so that a file may be larger than memory. Several files are read as one.
 *
 * @param sink the receiver of all rows, if they are kept.
 * @throws {DataError} for a file that cannot be read, or is not in its format.
 */
export async function* readBatches(
  input: Input,
  options: ReadOptions = {},
  sink: RowSink | null = null,
): AsyncGenerator<RowBatch> {
  // Bits take another amount of memory than their numbers, so they cannot be packed or unpacked where they are.
  const direct = options.packedBits === undefined && options.bits === undefined ? sink : null;
  yield* components(input.name, allDimensions(input, options, direct), options);
}

/** Yields rows with the components that the options ask for. */
export function components(
  name: string,
  batches: AsyncIterable<RowBatch>,
  options: ReadOptions,
): AsyncGenerator<RowBatch> {
  if (options.bits !== undefined) return packedRows(name, batches, { ...options, bits: options.bits });
  return firstDimensions(name, unpackedBits(name, batches, options), options);
}

async function* allDimensions(input: Input, options: ReadOptions, sink: RowSink | null): AsyncGenerator<RowBatch> {
  const { missing = "error" } = options;
  if (missing === "error" || options.nonFinite === "keep") {
    yield* readAll(input, options, sink);
    return;
  }
  const keeping: ReadOptions = { ...options, nonFinite: "keep" };
  const again = reopened(input);
  yield* withoutMissing(
    input.name,
    () => readAll(input, keeping, sink),
    again && (() => readAll(again, keeping, null)),
    options,
  );
}

async function* readAll(input: Input, options: ReadOptions, sink: RowSink | null): AsyncGenerator<RowBatch> {
  if (isList(input)) yield* readList(input, options, sink, openFormat);
  else yield* (await openFormat(input, options, sink)).batches;
}

async function openFormat(input: Source, options: ReadOptions, sink: RowSink | null): Promise<OpenedFile> {
  const { source, format } = await recognise(input, options);
  const read = await format.load();
  return { source, format: format.name, batches: read(source, options, sink) };
}

/** Returns whether only a share of the rows is read of an input, because its format tells where they are. */
export async function readsOnlyShare(input: Input, options: ReadOptions): Promise<boolean> {
  if (isList(input) || shareOf(options) === undefined) return false;
  const { source, format } = await recognise(input, options);
  await source.bytes[Symbol.asyncIterator]().return?.();
  return format.hasRowPlaces === true;
}

/** Returns the same files, to be read again; null if one of them is no regular file. */
export function reopened(input: Input): Input | null {
  if (!isList(input)) return reopenedFile(input);
  const parts = input.parts.flatMap((part) => reopenedFile(part) ?? []);
  return parts.length === input.parts.length ? { name: input.name, parts } : null;
}

function reopenedFile({ name, file, array }: Source): Source | null {
  if (!file || fileSize(file.path) === null) return null;
  return { ...openFile(file.path), name, ...(array !== undefined && { array }) };
}
