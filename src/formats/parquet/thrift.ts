/** Deeper than any structure of Parquet. */
const MAX_DEPTH = 32;

const [STOP, TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, STRUCT] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12];

/**
 * Skips a structure in Thrift's compact protocol and returns the offset after it. Checks that no list is longer than
 * its bytes, so that a parser can safely allocate the claimed length.
 *
 * @see https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 * @throws {RangeError} for an invalid or truncated structure.
 */
export function thriftEnd(bytes: Uint8Array, start = 0): number {
  let at = start;

  function byte(): number {
    if (at >= bytes.length) throw new RangeError("the structure goes on behind its end");
    return bytes[at++];
  }

  function varint(): number {
    let value = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const next = byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
    throw new RangeError("a number is longer than 64 bits");
  }

  function skip(count: number): void {
    if (count > bytes.length - at) throw new RangeError("a value goes on behind the end");
    at += count;
  }

  function value(type: number, depth: number, inList: boolean): void {
    if (depth > MAX_DEPTH) throw new RangeError("structures are nested too deep");
    if (type === TRUE || type === FALSE) skip(inList ? 1 : 0);
    else if (type === BYTE) skip(1);
    else if (type === I16 || type === I32 || type === I64) varint();
    else if (type === DOUBLE) skip(8);
    else if (type === BINARY) skip(varint());
    else if (type === LIST) list(depth);
    else if (type === STRUCT) structure(depth);
    else throw new RangeError(`a value has the unknown type ${type}`);
  }

  function list(depth: number): void {
    const head = byte();
    const size = head >> 4 === 15 ? varint() : head >> 4;
    if (size > bytes.length - at) throw new RangeError("a list is longer than its bytes");
    for (let i = 0; i < size; i++) value(head & 15, depth + 1, true);
  }

  function structure(depth: number): void {
    for (let field = byte(); (field & 15) !== STOP; field = byte()) {
      if (field >> 4 === 0) varint();
      value(field & 15, depth + 1, false);
    }
  }

  structure(0);
  return at;
}
