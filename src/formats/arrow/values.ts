import { isUtf8 } from "node:buffer";
import type { Numbers } from "../../core/vectors.js";
import type { PlaceOf } from "../../input/finite.js";
import { fromHalves, itemType } from "../npy/npy-items.js";
import { decimalNumbers, decimalTexts } from "../parquet/decimal.js";
import { type DataType, TYPE } from "./metadata.js";

type Bytes = Uint8Array<ArrayBuffer>;
type Integers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Returns the number of bytes of a value, for a type of numbers. */
export function itemBytes(type: DataType): number {
  if (type.bits === 0) throw new RangeError(`the type ${type.id} in the place of numbers`);
  return type.bits / 8;
}

/**
 * Converts stored numbers: floats of up to 32 bits to float32, all others to float64. The bytes must start their memory;
 * the result may be that memory.
 *
 * @throws {DataError} for an integer that a double cannot represent.
 */
export function numbersOf(type: DataType, bytes: Bytes, placeOf: PlaceOf): Numbers {
  const width = itemBytes(type);
  if (type.id === TYPE.decimal) return decimalNumbers(bigEndian(bytes, width), decimalElement(type.scale));
  const kind = type.id === TYPE.float ? "f" : type.isSigned ? "i" : "u";
  const item = itemType(`<${kind}${width}`);
  if (!item) throw new RangeError(`numbers of ${width} bytes`);
  return item.numbers(bytes, placeOf);
}

/** Returns stored numbers as text, with all digits of integers and decimals. */
export function numberTexts(type: DataType, bytes: Bytes): string[] {
  const width = itemBytes(type);
  if (type.id === TYPE.decimal) return decimalTexts(bigEndian(bytes, width), decimalElement(type.scale));
  if (type.id === TYPE.int) return Array.from<number | bigint, string>(integersOf(type, bytes), String);
  const { buffer, length } = bytes;
  if (width === 2) return Array.from(fromHalves(new Uint16Array(buffer, 0, length / 2)), String);
  return Array.from(
    width === 4 ? new Float32Array(buffer, 0, length / 4) : new Float64Array(buffer, 0, length / 8),
    String,
  );
}

/** Returns stored integers. */
export function integersOf(type: DataType, { buffer, length }: Bytes): Integers {
  const { isSigned } = type;
  switch (itemBytes(type)) {
    case 1:
      return isSigned ? new Int8Array(buffer, 0, length) : new Uint8Array(buffer, 0, length);
    case 2:
      return isSigned ? new Int16Array(buffer, 0, length / 2) : new Uint16Array(buffer, 0, length / 2);
    case 4:
      return isSigned ? new Int32Array(buffer, 0, length / 4) : new Uint32Array(buffer, 0, length / 4);
    default:
      return isSigned ? new BigInt64Array(buffer, 0, length / 8) : new BigUint64Array(buffer, 0, length / 8);
  }
}

/** @throws {RangeError} for bytes that are not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new RangeError("a text is not UTF-8");
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}

/** Returns the properties of decimals as in the schema of Parquet. */
const decimalElement = (scale: number) => ({ name: "", scale });

/** Returns little-endian values as separate big-endian ones, as in Parquet. */
function bigEndian(bytes: Bytes, width: number): Uint8Array[] {
  return Array.from({ length: bytes.length / width }, (_, i) => bytes.slice(i * width, (i + 1) * width).reverse());
}
