import { DataError } from "../core/errors.js";

/** Compressed data may expand to this size at any ratio. */
const FREE_BYTES = 2 ** 30;
/** Larger data may be at most this many times as large as compressed. Numbers reach 2 to 20, texts of zeros and ones 100. */
const MAX_RATIO = 200;

/**
 * Checks that compressed data is no decompression bomb: a small file that expands until it fills memory or time.
 *
 * @param hint how to read the data without this limit: the last arguments of a {@link DataError}.
 * @throws {DataError} when the data expands to more than 1 GiB and to more than 200 times its size.
 */
export function expectExpansion(
  name: string,
  { packed, unpacked }: { readonly packed: number; readonly unpacked: number },
  hint: () => [hint: string, options?: ConstructorParameters<typeof DataError>[2]],
): void {
  if (unpacked <= FREE_BYTES || unpacked <= MAX_RATIO * packed) return;
  const expected = `compressed data that expands to at most 1 GiB, or to ${MAX_RATIO} times its size`;
  throw new DataError(`${name}: expected ${expected}, found more`, ...hint());
}
