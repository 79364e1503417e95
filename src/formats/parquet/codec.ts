import * as zlib from "node:zlib";
import { DataError } from "../../core/errors.js";
import { unpackSnappy } from "./snappy.js";

type Bytes = Uint8Array<ArrayBuffer>;
type Unpack = (bytes: Bytes, limit: { maxOutputLength: number }) => Bytes;

const UNPACK: { readonly [codec: string]: Unpack | undefined } = {
  UNCOMPRESSED: (bytes) => bytes,
  SNAPPY: (bytes, { maxOutputLength }) => unpackSnappy(bytes, maxOutputLength),
  GZIP: zlib.gunzipSync,
  BROTLI: zlib.brotliDecompressSync,
  // Available in Node 22.15 and later.
  ZSTD: (zlib as { zstdDecompressSync?: Unpack }).zstdDecompressSync,
};

/**
 * Decompresses a page to exactly `size` bytes.
 *
 * @throws {DataError} for an unsupported codec.
 * @throws {RangeError} when the decompressed data has another size.
 */
export function unpackPage(bytes: Bytes, codec: string | undefined, size: number, name: string): Bytes {
  const unpack = UNPACK[codec ?? ""];
  if (!unpack) {
    const hint =
      codec === "ZSTD" ? "Node 22.15 and later read zstd" : "in pandas: df.to_parquet(FILE), packed with snappy";
    throw new DataError(
      `${name}: expected a file compressed with snappy, gzip or brotli, or not compressed, found ${codec ?? "an unknown codec"}`,
      hint,
    );
  }
  const unpacked = size === 0 ? bytes.subarray(0, 0) : unpack(bytes, { maxOutputLength: size });
  if (unpacked.length !== size) throw new RangeError(`${unpacked.length} bytes in the place of ${size}`);
  return unpacked;
}
