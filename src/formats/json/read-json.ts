import { MalformedError, UsageError } from "../../core/errors.js";
import { textBytes } from "../../input/encoding.js";
import type { ReadOptions, RowBatch } from "../../input/reader.js";
import { textOf } from "../../input/recognise-text.js";
import { firstBytes, resumed, type Source } from "../../input/source.js";
import { withConverter } from "./json-dialect.js";
import { JsonRows } from "./json-rows.js";
import { shapeOf, type VectorShape } from "./json-shape.js";
import { readJsonTable } from "./json-table.js";
import { END, JsonText } from "./json-text.js";

/**
 * Reads vectors from JSON or JSON Lines, in batches: arrays of numbers, arrays of those, objects with a vector in a
 * field, and responses of embedding APIs, which are objects with lists of those.
 *
 * @throws {MalformedError} for invalid JSON, with the line and byte offset; and at the end of the text, for vectors
 * that are invalid, missing or of different lengths.
 */
export async function* readJson(source: Source, options: ReadOptions = {}): AsyncGenerator<RowBatch> {
  const chunks = source.bytes[Symbol.asyncIterator]();
  const { head } = await firstBytes(chunks, HEAD_BYTES);
  const start = textOf(head.subarray(0, HEAD_BYTES));
  const shape = shapeOf(start, head.length >= HEAD_BYTES, options.vectorColumn);
  const bytes = resumed(head, chunks);
  try {
    if (shape.kind === "vectors") yield* readVectors({ ...source, bytes }, shape, options);
    else yield* readJsonTable(source.name, textBytes(source.name, bytes), shape.layout, options);
  } catch (error) {
    throw error instanceof MalformedError ? withConverter(error, start, source) : error;
  }
}

async function* readVectors(source: Source, shape: VectorShape, options: ReadOptions): AsyncGenerator<RowBatch> {
  if (options.columns !== undefined) {
    throw new UsageError(
      "--columns selects columns of tables: expected CSV or a table in JSON, found vectors",
      "leave it out",
    );
  }
  noteOthers(source.name, shape, options);
  const text = new JsonText(source);
  const reader = new JsonRows(source.name, text, options, shape);
  try {
    while ((await text.peek()) !== END) yield* reader.value();
    reader.leftOut.finish();
    const last = reader.rows.finish();
    if (last) yield last;
  } catch (error) {
    // Faults before the syntax error are reported first.
    if (error instanceof MalformedError) reader.rows.expectNoFaults();
    throw error;
  } finally {
    await text.release();
  }
}

/** Bytes that show the shape of a text. */
const HEAD_BYTES = 1 << 18;

/** Notes which arrays are left out: other types of the same vectors, and those beside an object of named vectors. */
function noteOthers(name: string, { at, candidates, leftOut }: VectorShape, options: ReadOptions): void {
  if (options.vectorColumn !== undefined) return;
  if (at && leftOut.length > 0) {
    const others = leftOut.slice(0, LEFT_OUT_LISTED).join(", ") + (leftOut.length > LEFT_OUT_LISTED ? ", …" : "");
    options.onGuess?.(
      `${name}: read the members of ${at}, left out ${others}`,
      `--vector-column ${at} reads them without this note`,
    );
  }
  // `embeddings.float` is read before `embeddings.int8`.
  const read = candidates.find((path) => path.endsWith("embeddings.float"));
  const types = candidates.filter((path) => path !== read && /(?:^|\.)embeddings\.\w+$/.test(path));
  if (!read || types.length === 0) return;
  options.onGuess?.(
    `${name}: read the vectors in ${read}, left out ${types.join(", ")}`,
    `--vector-column ${types[0]} reads it`,
  );
}

const LEFT_OUT_LISTED = 6;
