import { ByteWriter } from "hyparquet-writer";

/** Levels state which values form a list, and which values are null. */
export interface Levels {
  readonly repetitions: Uint8Array;
  readonly definitions: Uint8Array;
}

/** Levels of required values that are not in lists. */
export const NO_LEVELS: Levels = { repetitions: new Uint8Array(0), definitions: new Uint8Array(0) };

/**
 * Returns the levels of `rows` lists of `columns` items each, without nulls.
 *
 * @see https://parquet.apache.org/docs/file-format/nestedencoding/
 */
export function listLevels(rows: number, columns: number): Levels {
  const repetitions = new ByteWriter();
  // 0 where a list begins, 1 where it continues.
  if (columns === 1) appendRun(repetitions, 0, rows);
  for (let row = 0; columns > 1 && row < rows; row++) {
    appendRun(repetitions, 0, 1);
    appendRun(repetitions, 1, columns - 1);
  }
  const definitions = new ByteWriter();
  appendRun(definitions, 1, rows * columns);
  return { repetitions: repetitions.getBytes(), definitions: definitions.getBytes() };
}

/**
 * Appends a run of equal levels.
 *
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
function appendRun(bytes: ByteWriter, level: number, count: number): void {
  bytes.appendVarInt(2 * count);
  bytes.appendUint8(level);
}
