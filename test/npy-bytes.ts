/** Returns a `.npy` file of float64 or float32 numbers: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
export function npyBytes(numbers: Float64Array | Float32Array, shape: readonly [number, number]): Buffer {
  const text = `{'descr': '<f${numbers.BYTES_PER_ELEMENT}', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  return Buffer.concat([
    magic,
    length,
    Buffer.from(header, "latin1"),
    Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength),
  ]);
}
