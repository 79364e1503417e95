import { deflateRawSync } from "node:zlib";
import * as flechette from "@uwdata/flechette";
import { parquetWriteBuffer } from "hyparquet-writer";
import { NumberSource } from "../kernels/numbers.js";
import type { Draw } from "./draw.js";

/** A file, and the rows that a reader must find in it; null if unknown. */
export interface FuzzFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly expected: readonly (readonly number[])[] | null;
}

/** Generators of valid files by format. They are written from the specifications and share no code with the writers of simcli. */
export const GENERATORS: { readonly [format: string]: ((draw: Draw) => FuzzFile) | undefined } = {
  npy: (draw) => ({ name: "a.npy", ...npyFile(draw) }),
  npz: npzFile,
  safetensors: safetensorsFile,
  vecs: vecsFile,
  "big-ann": bigAnnFile,
  parquet: parquetFile,
  arrow: arrowFile,
  csv: csvFile,
  json: jsonFile,
  "word-vectors": wordFile,
  "word2vec-bin": word2vecFile,
  svmlight: svmlightFile,
};

const rowsOf = (draw: Draw, each: () => number): number[][] => {
  const d = draw.between(1, 6);
  return draw.list(draw.between(1, draw.once(10) ? 60 : 6), () => draw.list(d, each));
};

/** Returns finite doubles of every kind, or scores. */
const doubles = (draw: Draw): (() => number) => {
  const source = new NumberSource(draw.seed());
  return draw.once(2) ? () => source.value() : () => draw.between(-1000, 1000) / 100;
};

interface Stored {
  readonly width: number;
  /** Names in `.npy` and safetensors. */
  readonly npy?: string;
  readonly tensor?: string;
  value(draw: Draw): number;
  put(view: DataView, at: number, value: number, isLittle: boolean): void;
}

const whole = (least: number, most: number) => (draw: Draw) =>
  draw.once(4) ? draw.pick([least, most, 0]) : least + Math.floor((draw.below(1 << 30) / (1 << 30)) * (most - least));

const float32 = (draw: Draw) => Math.fround((draw.below(2 ** 24) - 2 ** 23) * 2 ** draw.between(-60, 60));

/** Returns the value of the bits of a half-precision number. */
function halfValue(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

const halfBits = new Map<number, number>();
for (let bits = 0; bits < 0x7c00; bits++)
  halfBits.set(halfValue(bits), bits).set(halfValue(bits | 0x8000), bits | 0x8000);
halfBits.set(0, 0);

const STORED: readonly Stored[] = [
  {
    npy: "f8",
    tensor: "F64",
    width: 8,
    value: (draw) => doubles(draw)(),
    put: (v, at, x, le) => v.setFloat64(at, x, le),
  },
  { npy: "f4", tensor: "F32", width: 4, value: float32, put: (v, at, x, le) => v.setFloat32(at, x, le) },
  {
    ...{ npy: "f2", tensor: "F16", width: 2, value: (draw) => halfValue(draw.below(0x7c00)) },
    put: (v, at, x, le) => v.setUint16(at, halfBits.get(x)!, le),
  },
  {
    ...{ tensor: "BF16", width: 2, value: (draw) => (draw.below(255) - 127) * 2 ** draw.between(-20, 20) },
    put: (v, at, x, le) => v.setUint16(at, new Uint32Array(Float32Array.of(x).buffer)[0]! >>> 16, le),
  },
  { npy: "i1", tensor: "I8", width: 1, value: whole(-128, 127), put: (v, at, x) => v.setInt8(at, x) },
  { npy: "u1", tensor: "U8", width: 1, value: whole(0, 255), put: (v, at, x) => v.setUint8(at, x) },
  { npy: "i2", tensor: "I16", width: 2, value: whole(-32768, 32767), put: (v, at, x, le) => v.setInt16(at, x, le) },
  { npy: "u2", width: 2, value: whole(0, 65535), put: (v, at, x, le) => v.setUint16(at, x, le) },
  {
    npy: "i4",
    tensor: "I32",
    width: 4,
    value: whole(-(2 ** 31), 2 ** 31 - 1),
    put: (v, at, x, le) => v.setInt32(at, x, le),
  },
  { npy: "u4", width: 4, value: whole(0, 2 ** 32 - 1), put: (v, at, x, le) => v.setUint32(at, x, le) },
  {
    ...{ npy: "i8", tensor: "I64", width: 8, value: whole(-(2 ** 53), 2 ** 53) },
    put: (v, at, x, le) => v.setBigInt64(at, BigInt(x), le),
  },
  { npy: "u8", width: 8, value: whole(0, 2 ** 53), put: (v, at, x, le) => v.setBigUint64(at, BigInt(x), le) },
];

/** Returns the numbers of rows in the memory order of a row-major or column-major array. */
function stored(
  rows: readonly (readonly number[])[],
  { width, put }: Stored,
  isLittle: boolean,
  byColumn: boolean,
): Buffer {
  const [n, d] = [rows.length, rows[0]!.length];
  const view = new DataView(new ArrayBuffer(n * d * width));
  rows.forEach((row, i) => {
    row.forEach((value, j) => {
      put(view, width * (byColumn ? j * n + i : i * d + j), value, isLittle);
    });
  });
  return Buffer.from(view.buffer);
}

function npyFile(draw: Draw): Pick<FuzzFile, "bytes" | "expected"> {
  const kind = draw.pick(STORED.filter(({ npy }) => npy));
  const expected = rowsOf(draw, () => kind.value(draw));
  const [isLittle, byColumn, version] = [!draw.once(3), draw.once(3), draw.pick([1, 1, 2, 3])];
  const mark = kind.width === 1 ? "|" : isLittle ? "<" : ">";
  const order = byColumn ? "True" : "False";
  const shape = `(${expected.length}, ${expected[0]!.length})`;
  const text = `{'descr': '${mark}${kind.npy}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const prefix = version === 1 ? 10 : 12;
  const header = `${text.padEnd(Math.ceil((text.length + prefix + 1) / 64) * 64 - prefix - 1)}\n`;
  const length = Buffer.alloc(prefix - 8);
  length.writeUIntLE(header.length, 0, length.length);
  const head = [Buffer.from([0x93, ...Buffer.from("NUMPY"), version, 0]), length, Buffer.from(header)];
  return { bytes: Buffer.concat([...head, stored(expected, kind, isLittle, byColumn)]), expected };
}

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** Returns a zip archive with one member. */
function npzFile(draw: Draw): FuzzFile {
  const { bytes, expected } = npyFile(draw);
  const isPacked = draw.once(2);
  const data = isPacked ? deflateRawSync(bytes) : bytes;
  const name = Buffer.from("arr_0.npy");
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(isPacked ? 8 : 0, 4);
  common.writeUInt32LE(crc32(bytes), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(bytes.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, data]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return { name: "a.npz", bytes: Buffer.concat([local, central, end]), expected };
}

function safetensorsFile(draw: Draw): FuzzFile {
  const kind = draw.pick(STORED.filter(({ tensor }) => tensor));
  const expected = rowsOf(draw, () => kind.value(draw));
  const data = stored(expected, kind, true, false);
  const tensor = { dtype: kind.tensor, shape: [expected.length, expected[0]!.length], data_offsets: [0, data.length] };
  const text = JSON.stringify({ ...(draw.once(2) && { __metadata__: { format: "pt" } }), embeddings: tensor });
  const header = text.padEnd(Math.ceil(text.length / 8) * 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return { name: "a.safetensors", bytes: Buffer.concat([length, Buffer.from(header), data]), expected };
}

const byName = (name: string): Stored => STORED.find(({ npy }) => npy === name)!;
const uint32 = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);

function vecsFile(draw: Draw): FuzzFile {
  const [letter, kind] = draw.pick([
    ["f", byName("f4")],
    ["i", byName("i4")],
    ["b", byName("u1")],
  ] as const);
  const expected = rowsOf(draw, () => kind.value(draw));
  const rows = expected.map((row) => Buffer.concat([uint32(row.length), stored([row], kind, true, false)]));
  return { name: `a.${letter}vecs`, bytes: Buffer.concat(rows), expected };
}

function bigAnnFile(draw: Draw): FuzzFile {
  const [extension, type] = draw.pick([
    ["fbin", "f4"],
    ["f16bin", "f2"],
    ["u8bin", "u1"],
    ["i8bin", "i1"],
  ] as const);
  const kind = byName(type);
  const expected = rowsOf(draw, () => kind.value(draw));
  const data = stored(expected, kind, true, false);
  return {
    name: `a.${extension}`,
    bytes: Buffer.concat([uint32(expected.length, expected[0]!.length), data]),
    expected,
  };
}

const columnsOf = (rows: readonly (readonly number[])[]) => rows[0]!.map((_, j) => rows.map((row) => row[j]!));

/** A table of columns; the fixtures have lists. */
function parquetFile(draw: Draw): FuzzFile {
  const codec = draw.pick(["SNAPPY", "UNCOMPRESSED"] as const);
  const expected = rowsOf(draw, doubles(draw));
  const columnData = columnsOf(expected).map((data, j) => ({ name: `c${j}`, data, type: "DOUBLE" as const }));
  return { name: "a.parquet", bytes: new Uint8Array(parquetWriteBuffer({ columnData, codec })), expected };
}

function arrowFile(draw: Draw): FuzzFile {
  const expected = rowsOf(draw, doubles(draw));
  const { float64, list, fixedSizeList } = flechette;
  const lists = draw.once(2) ? list(float64()) : fixedSizeList(float64(), expected[0]!.length);
  const columns = draw.once(2)
    ? Object.fromEntries(
        columnsOf(expected).map((column, j) => [`c${j}`, flechette.columnFromArray(column, float64())]),
      )
    : { embedding: flechette.columnFromArray(expected, lists) };
  const format = draw.pick(["file", "stream"] as const);
  const bytes = flechette.tableToIPC(flechette.tableFromColumns(columns), { format });
  return { name: "a.arrow", bytes: bytes!, expected };
}

function csvFile(draw: Draw): FuzzFile {
  const source = new NumberSource(draw.seed());
  const d = draw.between(1, 6);
  const blank = () => (draw.once(20) ? " " : "");
  const texts = draw.list(draw.between(1, draw.once(10) ? 300 : 6), () =>
    draw.list(d, () => (draw.once(3) ? source.text() : String(draw.between(-999, 999) / 100))),
  );
  const [quotes, lineEnd, delimiter] = [
    draw.once(6),
    draw.pick(["\n", "\n", "\r\n", "\r"]),
    draw.pick([",", ",", ";", "\t", "|"]),
  ];
  const cell = (text: string) => (quotes && draw.once(3) ? `"${text}"` : `${blank()}${text}${blank()}`);
  const lines = texts.map((row) => row.map(cell).join(delimiter));
  const header = draw.once(3) ? [texts[0]!.map((_, j) => `name_${j}`).join(delimiter)] : [];
  const text = `${draw.once(8) ? "\ufeff" : ""}${[...header, ...lines].join(lineEnd)}${draw.once(5) ? "" : lineEnd}`;
  // A single column may be separated otherwise than it looks.
  const expected = d === 1 ? null : texts.map((row) => row.map(Number));
  return { name: draw.pick(["a.csv", "a.csv", "stdin"]), bytes: Buffer.from(text), expected };
}

function jsonFile(draw: Draw): FuzzFile {
  const expected = rowsOf(draw, doubles(draw));
  const withIds = draw.once(2);
  const value = (row: number[], i: number) => (withIds ? { id: `é${i}`, embedding: row } : row);
  const text = (row: unknown) => JSON.stringify(row, null, draw.once(6) ? 2 : undefined);
  // JSON has −0, which JSON.stringify writes as 0.
  const rows = expected.map((row) => row.map((x) => x + 0 || 0));
  const lines = rows.map((row, i) => JSON.stringify(value(row, i)));
  const isLines = draw.once(2);
  const bytes = Buffer.from(isLines ? `${lines.join("\n")}\n` : text(rows.map(value)));
  return { name: isLines ? "a.jsonl" : "a.json", bytes, expected: rows };
}

function wordFile(draw: Draw): FuzzFile {
  const expected = rowsOf(draw, doubles(draw)).map((row) => [...row, 1.5]);
  const lines = expected.map((row, i) => [`w${i}`, ...row.map((x) => (Object.is(x, -0) ? "-0" : x))].join(" "));
  return {
    ...{ name: "a.vec", expected },
    bytes: Buffer.from(`${expected.length} ${expected[0]!.length}\n${lines.join("\n")}\n`),
  };
}

function word2vecFile(draw: Draw): FuzzFile {
  const kind = byName("f4");
  const expected = rowsOf(draw, () => kind.value(draw));
  const end = draw.once(2) ? "\n" : "";
  const rows = expected.flatMap((row, i) => [
    Buffer.from(`w${i} `),
    stored([row], kind, true, false),
    Buffer.from(end),
  ]);
  const head = Buffer.from(`${expected.length} ${expected[0]!.length}\n`);
  return { name: "a.bin", bytes: Buffer.concat([head, ...rows]), expected };
}

function svmlightFile(draw: Draw): FuzzFile {
  const d = draw.between(2, 8);
  const expected = draw.list(draw.between(1, 6), () =>
    draw.list(d, (j) => (j > 0 && j < d - 1 && draw.once(2) ? 0 : draw.between(1, 999) / 8)),
  );
  const lines = expected.map(
    (row) => `${draw.pick(["1", "-1"])} ${row.flatMap((x, j) => (x === 0 ? [] : [`${j + 1}:${x}`])).join(" ")}`,
  );
  return { name: "a.svm", bytes: Buffer.from(`${lines.join("\n")}\n`), expected };
}
