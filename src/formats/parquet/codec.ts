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
  // Node has it from 22.15 on.
  ZSTD: (zlib as { zstdDecompressSync?: Unpack }).zstdDecompressSync,
};

/**
 * Unpacks the bytes of a page, `size` of them.
 *
 * @throws {DataError} for a codec that is not there.
 * @throws {RangeError} when they turn out to be others.
 */
export function unpackPage(bytes: Bytes, codec: string, size: number, name: string): Bytes {
  const unpack = UNPACK[codec];
  if (!unpack) {
    const hint =
      codec === "ZSTD" ? "Node 22.15 and later read zstd" : "in pandas: df.to_parquet(FILE), packed with snappy";
    throw new DataError(
      `${name}: expected a file compressed with snappy, gzip or brotli, or not compressed, found ${codec}`,
      hint,
    );
  }
  const unpacked = size === 0 ? bytes.subarray(0, 0) : unpack(bytes, { maxOutputLength: size });
  if (unpacked.length !== size) throw new RangeError(`${unpacked.length} bytes in the place of ${size}`);
  return unpacked;
}
