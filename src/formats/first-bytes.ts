/** Returns whether the bytes from an offset on are this text in Latin-1. */
export function startsWith(head: Uint8Array, text: string, at = 0): boolean {
  return Buffer.from(head.subarray(at, at + text.length)).toString("latin1") === text;
}

/** The largest header that the safetensors library accepts, in bytes. */
export const MAX_SAFETENSORS_HEADER = 100_000_000;

/** Returns whether the first bytes are the length of a header, as an integer of 8 bytes, and a JSON object. */
export function isSafetensors(head: Uint8Array): boolean {
  if (head.length < 9 || head[8] !== 0x7b) return false;
  const length = Buffer.from(head.subarray(0, 8)).readBigUInt64LE();
  return length >= 2 && length <= MAX_SAFETENSORS_HEADER;
}
