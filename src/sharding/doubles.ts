/** Returns doubles as text, with every bit: base64 of their bytes, the least significant first. */
export const textOfDoubles = ({ buffer, byteOffset, byteLength }: Float64Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("base64");

/** Returns the doubles of {@link textOfDoubles}. */
export function doublesOfText(text: string): Float64Array {
  const bytes = Buffer.from(text, "base64");
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
