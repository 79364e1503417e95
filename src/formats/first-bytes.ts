/** Returns whether the bytes from an offset on are this text in Latin-1. */
export function startsWith(head: Uint8Array, text: string, at = 0): boolean {
  return Buffer.from(head.subarray(at, at + text.length)).toString("latin1") === text;
}

const ZIP_MAGIC = "PK\x03\x04";

/** The largest header that the safetensors library accepts, in bytes. */
export const MAX_SAFETENSORS_HEADER = 100_000_000;

/** Returns whether the first bytes are the length of a header, as an integer of 8 bytes, and a JSON object. */
export function isSafetensors(head: Uint8Array): boolean {
  if (head.length < 9 || head[8] !== 0x7b) return false;
  const length = Buffer.from(head.subarray(0, 8)).readBigUInt64LE();
  return length >= 2 && length <= MAX_SAFETENSORS_HEADER;
}

/**
 * Returns whether the first bytes are a pickle of protocol 2 to 5, or a zip file of PyTorch, which contains one.
 *
 * @param name the name of the file in lower case.
 */
export function isPickle(head: Uint8Array, name: string): boolean {
  if (head[0] === 0x80 && head[1] >= 2 && head[1] <= 5) return !isSafetensors(head);
  return isTorchZip(head) || (startsWith(head, ZIP_MAGIC) && /\.(?:pt|pth|ckpt)$/.test(name));
}

/** Returns whether the first file in a zip file is the pickle of `torch.save`. */
export function isTorchZip(head: Uint8Array): boolean {
  if (!startsWith(head, ZIP_MAGIC) || head.length < 30) return false;
  const length = head[26] + 256 * head[27];
  return /(?:^|\/)data\.pkl$/.test(Buffer.from(head.subarray(30, 30 + length)).toString("latin1"));
}
