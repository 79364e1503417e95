import type { Draw } from "./draw.js";

/** Changes some places of a file. The changes know what binary formats and texts are made of: lengths, offsets, nesting, fields. */
export function mutated(bytes: Uint8Array, draw: Draw, other: Uint8Array, isText: boolean): Uint8Array {
  let result: Buffer = Buffer.from(bytes);
  for (let left = 1 + draw.below(draw.once(4) ? 8 : 2); left > 0; left--) {
    const change = draw.pick(isText || draw.once(4) ? TEXT_CHANGES : BINARY_CHANGES);
    result = change(result, draw, other);
  }
  // Copies of copies could grow without end.
  return result.subarray(0, 1 << 17);
}

type Change = (bytes: Buffer, draw: Draw, other: Uint8Array) => Buffer;

/** Most fields that say how the rest is read are near the beginning or the end of a file. */
function place(bytes: Buffer, draw: Draw): number {
  const near = Math.min(bytes.length, 128);
  switch (draw.below(3)) {
    case 0:
      return draw.below(near + 1);
    case 1:
      return bytes.length - draw.below(near + 1);
    default:
      return draw.below(bytes.length + 1);
  }
}

const replaced = (bytes: Buffer, from: number, to: number, by: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);

const LENGTHS = [
  0n,
  1n,
  2n,
  3n,
  7n,
  8n,
  127n,
  128n,
  255n,
  256n,
  1n << 15n,
  1n << 16n,
  1n << 31n,
  1n << 32n,
  1n << 53n,
  1n << 63n,
];

/** Writes another length, count or offset over one of 1 to 8 bytes. */
const otherLength: Change = (bytes, draw) => {
  const width = draw.pick([1, 2, 4, 4, 8]);
  if (bytes.length < width) return bytes;
  const at = Math.min(bytes.length - width, place(bytes, draw));
  const copy = Buffer.from(bytes);
  const field = copy.subarray(at, at + width);
  const isLittle = !draw.once(5);
  const old = isLittle ? field.readUIntLE(0, Math.min(6, width)) : field.readUIntBE(0, Math.min(6, width));
  const near = [old - 1, old + 1, old * 2, bytes.length, bytes.length - at, bytes.length - at - width].map(BigInt);
  let value = draw.once(2) ? draw.pick(near) : draw.pick(LENGTHS) - (draw.once(3) ? 1n : 0n);
  for (let i = 0; i < width; i++, value >>= 8n) field[isLittle ? i : width - 1 - i] = Number(value & 0xffn);
  return copy;
};

const flippedBit: Change = (bytes, draw) => {
  const copy = Buffer.from(bytes);
  const at = Math.min(place(bytes, draw), bytes.length - 1);
  if (at >= 0) copy[at]! ^= 1 << draw.below(8);
  return copy;
};

const otherByte: Change = (bytes, draw) => {
  const copy = Buffer.from(bytes);
  const at = Math.min(place(bytes, draw), bytes.length - 1);
  if (at >= 0) copy[at] = draw.once(2) ? draw.below(256) : draw.pick([0, 1, 0x7f, 0x80, 0xff]);
  return copy;
};

const cutShort: Change = (bytes, draw) => bytes.subarray(0, place(bytes, draw));

const withoutRange: Change = (bytes, draw) => {
  const from = place(bytes, draw);
  return replaced(bytes, from, from + 1 + draw.below(draw.once(3) ? 64 : 8), NOTHING);
};

const repeatedRange: Change = (bytes, draw) => {
  const from = place(bytes, draw);
  const range = bytes.subarray(from, from + 1 + draw.below(64));
  const to = draw.once(2) ? from : place(bytes, draw);
  const times = draw.once(10) ? 200 : 1;
  return replaced(bytes, to, to, Buffer.concat(Array.from({ length: times }, () => range)));
};

const overwrittenRange: Change = (bytes, draw) => {
  const from = place(bytes, draw);
  const range = bytes.subarray(from, from + 1 + draw.below(64));
  const to = place(bytes, draw);
  return replaced(bytes, to, to + range.length, range);
};

/** The end of another file of the format after the beginning of this one. */
const spliced: Change = (bytes, draw, other) => {
  const at = place(bytes, draw);
  return replaced(bytes, at, bytes.length, other.subarray(Math.min(at, other.length)));
};

const NOTHING = new Uint8Array(0);

// biome-ignore format: frequent ones several times
const BINARY_CHANGES: readonly Change[] = [
  otherLength, otherLength, otherLength, flippedBit, otherByte, otherByte, cutShort, withoutRange, repeatedRange, overwrittenRange, spliced,
];

const WORDS = [
  ...[
    "",
    "nan",
    "NaN",
    "-inf",
    "Infinity",
    "NA",
    "null",
    "None",
    "true",
    "0x10",
    "1_000",
    "1e",
    "1e999",
    "-1e999",
    "1e-999",
    "-0",
    "+1",
    ".5",
  ],
  ...[
    "5.",
    ".",
    "-",
    "--1",
    "1,5",
    "1.2.3",
    "4.9e-324",
    "1.7976931348623157e308",
    "9007199254740993",
    "0".repeat(400),
    `1${"0".repeat(330)}`,
  ],
  ...[
    '"',
    '""',
    '"1"',
    "'",
    ",",
    ";",
    "\t",
    " ",
    "|",
    "#",
    "# ",
    "\\",
    "/",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\0",
    "\x1b[31m",
    "\ufeff",
    "é",
    "\u2028",
  ],
  ...[
    "[",
    "]",
    "{",
    "}",
    "[[",
    "]]",
    "{}",
    "[]",
    ":",
    '"a":',
    '"embedding":',
    "(",
    ")",
    "True",
    "False",
    "\ud83d\ude00",
    "__proto__",
    "constructor",
  ],
  ...["q1", "Q0", "id", "1:", "-1:2", "2:3", "0:0"],
].map((word) => Buffer.from(word));

const BROKEN_TEXTS = [
  Buffer.from([0xff]),
  Buffer.from([0xc3]),
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0xed, 0xa0, 0x80]),
];

const insertedWord: Change = (bytes, draw) => {
  const at = draw.below(bytes.length + 1);
  return replaced(bytes, at, at + (draw.once(2) ? 1 : 0), draw.pick(draw.once(20) ? BROKEN_TEXTS : WORDS));
};

/** Replaces a number, as in a shape, an offset or a cell. */
const otherNumber: Change = (bytes, draw) => {
  const numbers = [...bytes.toString("latin1").matchAll(/\d+(?:\.\d+)?/g)];
  if (numbers.length === 0) return bytes;
  const { index, 0: text } = draw.pick(numbers);
  const value = Number(text);
  const by = draw.pick([
    `${value + 1}`,
    `${value - 1}`,
    `${value * 2}`,
    `-${text}`,
    "0",
    `${bytes.length}`,
    "4294967296",
    "9007199254740993",
    "1e3",
    `${text}.5`,
  ]);
  return replaced(bytes, index, index + text.length, Buffer.from(by));
};

/** Removes, repeats or swaps lines. */
const otherLines: Change = (bytes, draw) => {
  const lines = bytes.toString("latin1").split("\n");
  const [i, k] = [draw.below(lines.length), draw.below(lines.length)];
  if (draw.once(3)) lines.splice(i, 1);
  else if (draw.once(2)) lines.splice(i, 0, lines[k]!);
  else [lines[i], lines[k]] = [lines[k]!, lines[i]!];
  return Buffer.from(lines.join("\n"), "latin1");
};

/** Replaces one delimiter or line end by another, everywhere. */
const otherDelimiters: Change = (bytes, draw) => {
  const [from, to] = draw.pick([
    [",", ";"],
    [",", "\t"],
    [",", " "],
    [" ", "  "],
    ["\n", "\r\n"],
    ["\n", "\r"],
    [".", ","],
    [" ", "\t"],
  ] as const);
  return Buffer.from(bytes.toString("latin1").replaceAll(from, to), "latin1");
};

const nested: Change = (bytes, draw) => {
  const at = draw.below(bytes.length + 1);
  const [open, close] = draw.pick([
    ["[", "]"],
    ['{"a":', "}"],
    ["(", ")"],
    ['"', '"'],
  ] as const);
  const depth = draw.once(5) ? 5000 : draw.between(1, 4);
  return Buffer.concat([
    ...[bytes.subarray(0, at), Buffer.from(open.repeat(depth))],
    ...[bytes.subarray(at), Buffer.from(close.repeat(draw.once(3) ? depth - 1 : depth))],
  ]);
};

// biome-ignore format: frequent ones several times
const TEXT_CHANGES: readonly Change[] = [
  insertedWord, insertedWord, insertedWord, otherNumber, otherNumber, otherLines, otherDelimiters, nested,
  flippedBit, otherByte, cutShort, withoutRange, repeatedRange, overwrittenRange, spliced,
];
