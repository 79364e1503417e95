import { parse } from "csv-parse/sync";
import { parquetMetadata, parquetReadObjects } from "hyparquet";

// hyparquet does not await the columns after one that fails.
process.on("unhandledRejection", (error) => {
  if (!(error instanceof Error && error.stack?.includes("hyparquet/src/"))) throw error;
});

export type Rows = readonly (readonly number[])[];

/**
 * Reads a file independently of simcli, by its name.
 *
 * @returns null for a file that this reader does not understand: it may be damaged, or right in a way that only simcli knows.
 */
export async function independentRows(name: string, bytes: Uint8Array): Promise<Rows | null> {
  const read = READERS[name.slice(name.lastIndexOf(".") + 1)];
  try {
    return (await read?.(Buffer.from(bytes))) ?? null;
  } catch {
    return null;
  }
}

type Reader = (bytes: Buffer) => Rows | null | Promise<Rows | null>;

const READERS: { readonly [extension: string]: Reader | undefined } = {
  csv: csvRows,
  jsonl: (bytes) =>
    matrixOf(
      bytes
        .toString("utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ),
  json: (bytes) => matrixOf(JSON.parse(bytes.toString("utf8"))),
  npy: npyRows,
  safetensors: safetensorsRows,
  fvecs: (bytes) => vecsRows(bytes, 4, (at) => bytes.readFloatLE(at)),
  ivecs: (bytes) => vecsRows(bytes, 4, (at) => bytes.readInt32LE(at)),
  bvecs: (bytes) => vecsRows(bytes, 1, (at) => bytes.readUInt8(at)),
  fbin: (bytes) => gridRows(bytes, 8, [bytes.readUInt32LE(0), bytes.readUInt32LE(4)], 4, (at) => bytes.readFloatLE(at)),
  u8bin: (bytes) => gridRows(bytes, 8, [bytes.readUInt32LE(0), bytes.readUInt32LE(4)], 1, (at) => bytes.readUInt8(at)),
  i8bin: (bytes) => gridRows(bytes, 8, [bytes.readUInt32LE(0), bytes.readUInt32LE(4)], 1, (at) => bytes.readInt8(at)),
  parquet: parquetRows,
};

/** Returns arrays of numbers of equal lengths as they are; null for anything else. */
function matrixOf(value: unknown): Rows | null {
  if (!Array.isArray(value) || value.length === 0 || !Array.isArray(value[0])) return null;
  const d = value[0].length;
  const isRow = (row: unknown) => Array.isArray(row) && row.length === d && row.every((x) => Number.isFinite(x));
  return d > 0 && value.every(isRow) ? value : null;
}

const NUMBER = /^[ \t]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t]*$/;

/** Reads a rectangle of numbers between commas, with or without a byte order mark. */
function csvRows(bytes: Buffer): Rows | null {
  const text = bytes.toString("utf8");
  // With other marks, commas may not be the delimiters.
  if (!/^[-+\d.eE,"\ufeff\r\n]*$/.test(text) || /\r(?!\n)/.test(text)) return null;
  const rows = parse(text, { bom: true, relax_column_count: false }) as string[][];
  if (rows.length === 0 || rows[0]!.length < 2 || !rows.flat().every((cell) => NUMBER.test(cell))) return null;
  return matrixOf(rows.map((row) => row.map(Number)));
}

function gridRows(
  bytes: Buffer,
  start: number,
  shape: readonly number[],
  width: number,
  read: (at: number) => number,
): Rows | null {
  const [n, d] = shape as [number, number];
  if (shape.length !== 2 || n * d === 0 || bytes.length !== start + n * d * width) return null;
  return Array.from({ length: n }, (_, i) => Array.from({ length: d }, (_, j) => read(start + width * (i * d + j))));
}

function vecsRows(bytes: Buffer, width: number, read: (at: number) => number): Rows | null {
  const d = bytes.readUInt32LE(0);
  const n = bytes.length / (4 + d * width);
  if (d === 0 || !Number.isInteger(n)) return null;
  return Array.from({ length: n }, (_, i) => {
    const start = i * (4 + d * width);
    if (bytes.readUInt32LE(start) !== d) throw new Error("rows of different lengths");
    return Array.from({ length: d }, (_, j) => read(start + 4 + j * width));
  });
}

type ReadItem = (bytes: Buffer, at: number, isLittle: boolean) => number;

const view = (bytes: Buffer) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const ITEMS: { readonly [type: string]: readonly [width: number, read: ReadItem] | undefined } = {
  f8: [8, (bytes, at, isLittle) => view(bytes).getFloat64(at, isLittle)],
  f4: [4, (bytes, at, isLittle) => view(bytes).getFloat32(at, isLittle)],
  i4: [4, (bytes, at, isLittle) => view(bytes).getInt32(at, isLittle)],
  u4: [4, (bytes, at, isLittle) => view(bytes).getUint32(at, isLittle)],
  i2: [2, (bytes, at, isLittle) => view(bytes).getInt16(at, isLittle)],
  u2: [2, (bytes, at, isLittle) => view(bytes).getUint16(at, isLittle)],
  i1: [1, (bytes, at) => bytes.readInt8(at)],
  u1: [1, (bytes, at) => bytes.readUInt8(at)],
};

/** Reads files whose header is written as NumPy writes it. */
function npyRows(bytes: Buffer): Rows | null {
  const length = bytes[6] === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const start = (bytes[6] === 1 ? 10 : 12) + length;
  const header = bytes.toString("latin1", bytes[6] === 1 ? 10 : 12, start);
  const form = /^\{'descr': '([<>|])(\w\d)', 'fortran_order': (True|False), 'shape': \((\d+), (\d+)\), \} *\n$/;
  const [, order, type = "", byColumn, rows, columns] = form.exec(header) ?? [];
  const [width, read] = ITEMS[type] ?? [];
  if (!width || !read) return null;
  const [n, d] = [Number(rows), Number(columns)];
  const flat = gridRows(bytes, start, [n, d], width, (at) => read(bytes, at, order !== ">"));
  if (flat === null || byColumn === "False") return flat;
  const values = flat.flat();
  return Array.from({ length: n }, (_, i) => Array.from({ length: d }, (_, j) => values[j * n + i]!));
}

/** Reads files with one tensor. */
function safetensorsRows(bytes: Buffer): Rows | null {
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__: _, ...tensors } = JSON.parse(bytes.toString("utf8", 8, start));
  const [tensor, other] = Object.values(tensors) as { dtype: string; shape: number[]; data_offsets: number[] }[];
  const [width, read] =
    ITEMS[{ F64: "f8", F32: "f4", I32: "i4", I16: "i2", I8: "i1", U8: "u1" }[tensor!.dtype] ?? ""] ?? [];
  if (other || !width || !read || tensor!.data_offsets[0] !== 0) return null;
  return gridRows(bytes, start, tensor!.shape, width, (at) => read(bytes, at, true));
}

/** Reads tables of numbers, and those of one column of lists. */
async function parquetRows(bytes: Buffer): Promise<Rows | null> {
  const file = new Uint8Array(bytes).buffer;
  // Columns of other types hold no numbers.
  const leaves = parquetMetadata(file).schema.filter(({ num_children: children }) => !children);
  if (!leaves.every(({ type, converted_type: kind }) => /^(?:DOUBLE|FLOAT)$/.test(type ?? "") && !kind)) return null;
  const objects = await parquetReadObjects({ file });
  const rows = objects.map((object) => Object.values(object));
  return matrixOf(rows[0]?.length === 1 ? rows.map(([list]) => (Array.isArray(list) ? list : [list])) : rows);
}
