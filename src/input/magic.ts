/** What the files of a format begin with. */
export const NPY_MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
export const ZIP_MAGIC = Uint8Array.of(0x50, 0x4b, 0x03, 0x04);
export const PARQUET_MAGIC = Uint8Array.of(0x50, 0x41, 0x52, 0x31);

export function startsWith(head: Uint8Array, magic: Uint8Array): boolean {
  return magic.every((byte, i) => head[i] === byte);
}
