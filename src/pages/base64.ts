/** Returns the bytes of numbers as base64, which the script of a page decodes. */
export const base64 = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array | Int32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("base64");
