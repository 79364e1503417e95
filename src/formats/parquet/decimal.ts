import type { SchemaElement } from "hyparquet";

/** Unscaled decimals as stored: integers, or big-endian two's-complement bytes. */
export type StoredDecimals = Int32Array | BigInt64Array | readonly Uint8Array[];

/** Larger than any decimal type allows. */
const MAX_BYTES = 64;
const MAX_DIGITS = 154;
/** The largest power of ten that a double represents exactly. */
const EXACT_POWER = 22;

/**
 * Returns decimals as the nearest doubles.
 *
 * @throws {RangeError} for an invalid scale or length in bytes.
 */
export function decimalNumbers(stored: StoredDecimals, element: SchemaElement): Float64Array {
  const scale = scaleOf(element);
  const power = 10 ** scale;
  return Float64Array.from<number | bigint | Uint8Array>(stored, (item) => {
    const number = typeof item === "object" ? approximate(item) : Number(item);
    // A division of two exact numbers rounds only once.
    if (Math.abs(number) < 2 ** 53 && scale <= EXACT_POWER) return number / power;
    return Number(textOf(integerOf(item), scale));
  });
}

/**
 * Returns decimals as text with all their digits: `-0.50`.
 *
 * @throws {RangeError} for an invalid scale or length in bytes.
 */
export function decimalTexts(stored: StoredDecimals, element: SchemaElement): string[] {
  const scale = scaleOf(element);
  return Array.from<number | bigint | Uint8Array, string>(stored, (item) => textOf(integerOf(item), scale));
}

function scaleOf({ logical_type: logical, scale }: SchemaElement): number {
  const found = logical?.type === "DECIMAL" ? logical.scale : (scale ?? 0);
  if (Number.isInteger(found) && found >= 0 && found <= MAX_DIGITS) return found;
  throw new RangeError(`decimals with ${found} digits behind the point`);
}

/** Returns the integer in big-endian bytes as a double: exact below 2^53, otherwise rounded. */
function approximate(bytes: Uint8Array): number {
  if (bytes.length > MAX_BYTES) throw new RangeError(`a decimal of ${bytes.length} bytes`);
  // Some writers store zero as no bytes.
  let value = (bytes[0] << 24) >> 24;
  for (let i = 1; i < bytes.length; i++) value = value * 256 + bytes[i];
  return value;
}

function integerOf(item: number | bigint | Uint8Array): bigint {
  if (typeof item !== "object") return BigInt(item);
  const approximation = approximate(item);
  if (Math.abs(approximation) < 2 ** 53) return BigInt(approximation);
  const { buffer, byteOffset, length } = item;
  return BigInt.asIntN(8 * length, BigInt(`0x${Buffer.from(buffer, byteOffset, length).toString("hex")}`));
}

function textOf(whole: bigint, scale: number): string {
  if (scale === 0) return String(whole);
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, "0");
  return `${whole < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
