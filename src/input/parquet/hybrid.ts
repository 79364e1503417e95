/** Wider numbers than these are none of a file that fits a disk. */
const WIDEST = 24;

/**
 * Fills `values` from Parquet's hybrid of runs and packed bits, `width` bits a value.
 *
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 * @throws {RangeError} when the bytes end before.
 */
export function readHybrid(bytes: Uint8Array, width: number, values: Uint8Array | Uint32Array): void {
  if (width > WIDEST) throw new RangeError(`values of ${width} bits`);
  let at = 0;
  let done = 0;
  while (done < values.length) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= bytes.length || shift > 28) throw new RangeError("a run is not whole");
      header += (bytes[at] & 0x7f) * 2 ** shift;
      if (bytes[at++] < 0x80) break;
    }
    const count = Math.floor(header / 2);
    if (header % 2 === 1) {
      const end = Math.min(values.length, done + 8 * count);
      if (at + Math.ceil(((end - done) * width) / 8) > bytes.length)
        throw new RangeError("packed values are not whole");
      unpack(bytes.subarray(at), width, values.subarray(done, end));
      at += count * width;
      done = end;
    } else {
      let value = 0;
      for (let shift = 0; shift < width; shift += 8) value |= bytes[at++] << shift;
      if (at > bytes.length) throw new RangeError("a run is not whole");
      const end = Math.min(values.length, done + count);
      values.fill(value, done, end);
      done = end;
    }
  }
}

function unpack(bytes: Uint8Array, width: number, values: Uint8Array | Uint32Array): void {
  const mask = 2 ** width - 1;
  let at = 0;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < values.length; i++) {
    for (; bits < width; bits += 8) held |= bytes[at++] << bits;
    values[i] = held & mask;
    held >>>= width;
    bits -= width;
  }
}
