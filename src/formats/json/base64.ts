const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Decodes little-endian float32 numbers in base64, as embedding APIs return them.
 *
 * @returns null for other text.
 */
export function floatsOfBase64(text: string): Float32Array | null {
  if (text === "" || !BASE64.test(text)) return null;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length % Float32Array.BYTES_PER_ELEMENT !== 0) return null;
  const count = bytes.length / Float32Array.BYTES_PER_ELEMENT;
  return Float32Array.from({ length: count }, (_, i) => bytes.readFloatLE(4 * i));
}
