import { type FileMetaData, parquetMetadata } from "hyparquet";
import type { RandomAccess } from "../../input/random-access.js";
import { bytesAt, damaged, decodeAt } from "./damage.js";
import { thriftEnd } from "./thrift.js";

const MAGIC = 0x31524150;
/** 4 bytes for the length of the metadata, 4 for the magic number. */
const TAIL_BYTES = 8;

/**
 * Reads the metadata at the end of a Parquet file.
 *
 * @throws {DataError} for a file that is damaged or not Parquet.
 */
export async function readFooter(file: RandomAccess): Promise<FileMetaData> {
  const { name, size } = file;
  if (size < 4 + TAIL_BYTES) throw damaged(name, 0, `a file of ${size} bytes`);
  const tail = Buffer.from(await bytesAt(file, size - TAIL_BYTES, TAIL_BYTES));
  if (tail.readUInt32LE(4) !== MAGIC) throw damaged(name, size - 4, "no PAR1 at its end");
  const length = tail.readUInt32LE(0);
  const offset = size - TAIL_BYTES - length;
  if (offset < 4) throw damaged(name, size - TAIL_BYTES, `metadata of ${length} bytes`);
  const bytes = await bytesAt(file, offset, length + TAIL_BYTES);
  return decodeAt(name, offset, () => {
    thriftEnd(bytes.subarray(0, length));
    return parquetMetadata(bytes, { geoparquet: false });
  });
}
