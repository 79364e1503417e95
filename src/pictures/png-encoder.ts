import { deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const TRUE_COLOR = 2;
const INDEXED = 3;
/** Level 6 takes four times as long for an image that is a tenth smaller. */
const FAST = 2;
const SMALL = 9;

/**
 * Encodes an image as PNG, without filters.
 *
 * @param pixels red, green and blue of each pixel, row by row: 3 × width × height bytes.
 * @see https://www.w3.org/TR/png-3/
 */
export function encodePng(width: number, height: number, pixels: Uint8Array): Buffer {
  return encoded(width, height, TRUE_COLOR, [], filtered(pixels, 3 * width, height), FAST);
}

/**
 * Encodes an image of at most 256 colours as PNG, without filters, as small as possible.
 *
 * @param indices the colour of each pixel, row by row.
 * @param palette red, green and blue of each colour.
 */
export function encodeIndexedPng(width: number, height: number, indices: Uint8Array, palette: Uint8Array): Buffer {
  const colors = chunk("PLTE", Buffer.from(palette));
  return encoded(width, height, INDEXED, [colors], filtered(indices, width, height), SMALL);
}

function encoded(
  width: number,
  height: number,
  colorType: number,
  chunks: readonly Buffer[],
  rows: Buffer,
  level: number,
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colorType, 0, 0, 0], 8);
  const data = chunk("IDAT", deflateSync(rows, { level }));
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), ...chunks, data, chunk("IEND", Buffer.alloc(0))]);
}

/** Returns rows of bytes, each after a 0: the filter that changes nothing. */
function filtered(bytes: Uint8Array, stride: number, height: number): Buffer {
  const rows = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y++) rows.set(bytes.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  return rows;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** The remainder of each byte. Node has a function for it from 20.15 on only. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = REMAINDERS[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
