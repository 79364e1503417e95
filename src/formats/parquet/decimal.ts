import type { SchemaElement } from "hyparquet";

/** Decimals as they are stored: whole numbers, or those of the bytes of two's complement, the highest byte first. */
export type StoredDecimals = Int32Array | BigInt64Array | readonly Uint8Array[];

/** More than any decimal type has. */
const MOST_BYTES = 64;
const MOST_DIGITS = 154;
/** The largest power of ten that a double holds. */
const EXACT_POWER = 22;

/**
 * Decimals as the nearest doubles.
 *
 * @throws {RangeError} for a scale, or a length in bytes, that no decimal has.
 */
export function decimalNumbers(stored: StoredDecimals, element: SchemaElement): Float64Array {
  const scale = scaleOf(element);
  const power = 10 ** scale;
  return Float64Array.from<number | bigint | Uint8Array>(stored, (item) => {
    const number = typeof item === "object" ? roughly(item) : Number(item);
    // One division of two numbers that are exact rounds once.
    if (Math.abs(number) < 2 ** 53 && scale <= EXACT_POWER) return number / power;
    return Number(textOf(wholeOf(item), scale));
  });
}

/**
 * Decimals with all their digits: `-0.50`.
 *
 * @throws {RangeError} for a scale, or a length in bytes, that no decimal has.
 */
export function decimalTexts(stored: StoredDecimals, element: SchemaElement): string[] {
  const scale = scaleOf(element);
  return Array.from<number | bigint | Uint8Array, string>(stored, (item) => textOf(wholeOf(item), scale));
}

function scaleOf({ logical_type: logical, scale }: SchemaElement): number {
  const found = logical?.type === "DECIMAL" ? logical.scale : (scale ?? 0);
  if (Number.isInteger(found) && found >= 0 && found <= MOST_DIGITS) return found;
  throw new RangeError(`decimals with ${found} digits behind the point`);
}

/** What bytes hold; rounded where it is 2^53 or beyond. */
function roughly(bytes: Uint8Array): number {
  if (bytes.length > MOST_BYTES) throw new RangeError(`a decimal of ${bytes.length} bytes`);
  // Some writers spell zero in no bytes.
  let value = (bytes[0] << 24) >> 24;
  for (let i = 1; i < bytes.length; i++) value = value * 256 + bytes[i];
  return value;
}

function wholeOf(item: number | bigint | Uint8Array): bigint {
  if (typeof item !== "object") return BigInt(item);
  const rough = roughly(item);
  if (Math.abs(rough) < 2 ** 53) return BigInt(rough);
  const { buffer, byteOffset, length } = item;
  return BigInt.asIntN(8 * length, BigInt(`0x${Buffer.from(buffer, byteOffset, length).toString("hex")}`));
}

function textOf(whole: bigint, scale: number): string {
  if (scale === 0) return String(whole);
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, "0");
  return `${whole < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
