import { randomBytes } from "node:crypto";
import { appendFileSync, closeSync, existsSync, openSync, statSync, writeFileSync, writeSync } from "node:fs";
import { parquetWriteBuffer } from "hyparquet-writer";
import { gaussian, words } from "./gaussian.js";
import { scratchFile } from "./scratch.js";

const blockBytes = 1 << 24;

/** Text of whole rows, at most `rows` of them and about `bytes` long; numbers are shortest round-trip decimals. */
function textOfRows(next, rows, dimensions, bytes) {
  const lines = [];
  for (let length = 0; lines.length < rows && length < bytes; length += lines.at(-1).length + 1) {
    let line = String(next());
    for (let column = 1; column < dimensions; column++) line += `,${next()}`;
    lines.push(line);
  }
  return { text: `${lines.join("\n")}\n`, rows: lines.length };
}

/** A file of `rows` Gaussian vectors, made when first asked for. */
export function vectorFile(name, rows, dimensions, seed = 1) {
  const file = scratchFile(`${name}-${rows}x${dimensions}.csv`);
  if (existsSync(file)) return file;
  const next = gaussian(seed);
  const out = openSync(file, "w");
  for (let left = rows; left > 0; ) {
    const block = textOfRows(next, left, dimensions, 1 << 20);
    writeSync(out, block.text);
    left -= block.rows;
  }
  closeSync(out);
  return file;
}

/** Two files of the same shape and different numbers. */
export const vectorFiles = (rows, dimensions) => [
  vectorFile("a", rows, dimensions, 1),
  vectorFile("b", rows, dimensions, 2),
];

/** A file of about `bytes`: one block of rows again and again, since making a gigabyte of new digits takes longer than reading it. */
export function fileOfSize(bytes, dimensions) {
  const file = scratchFile(`${Math.round(bytes / 1e6)}MB.csv`);
  const { text } = textOfRows(gaussian(3), Number.POSITIVE_INFINITY, dimensions, Math.min(bytes, blockBytes));
  const block = Buffer.from(text);
  for (let left = bytes; left > block.length / 2; left -= block.length) appendFileSync(file, block);
  return file;
}

export const megabytesOf = (file) => statSync(file).size / 1e6;

/**
 * A float32 .npy file of Gaussian vectors. With `spread`, each is one common vector and this much of its own, so that all
 * are nearly equal.
 */
export function npyFile(name, rows, dimensions, { seed = 1, spread = null } = {}) {
  const file = scratchFile(`${name}-${rows}x${dimensions}.npy`);
  if (existsSync(file)) return file;
  const next = gaussian(seed);
  const common = Float64Array.from({ length: dimensions }, spread === null ? () => 0 : next);
  const values = new Float32Array(rows * dimensions);
  for (let k = 0; k < values.length; k++) values[k] = common[k % dimensions] + (spread ?? 1) * next();
  const out = openSync(file, "w");
  writeSync(out, npyHeader("<f4", rows, dimensions));
  const bytes = Buffer.from(values.buffer);
  for (let at = 0; at < bytes.length; at += blockBytes)
    writeSync(out, bytes, at, Math.min(blockBytes, bytes.length - at));
  closeSync(out);
  return file;
}

/**
 * An `.ivecs` file of `k` different rows of a million for each query. With `lost`, that share of them is replaced by rows that no other
 * file has, and their order is reversed.
 */
export function neighbourFile(name, queries, k, { lost = 0 } = {}) {
  const file = scratchFile(`${name}-${queries}x${k}.ivecs`);
  if (existsSync(file)) return file;
  const next = words(6);
  const records = new Int32Array(queries * (k + 1));
  for (let query = 0; query < queries; query++) {
    const first = query * (k + 1);
    records[first] = k;
    for (let rank = 0; rank < k; rank++) {
      const row = (query * 7919 + rank * 104729) % 1_000_000;
      records[first + 1 + (lost > 0 ? k - 1 - rank : rank)] = next() < lost * 2 ** 32 ? 1_000_000 + rank : row;
    }
  }
  writeFileSync(file, new Uint8Array(records.buffer));
  return file;
}

function npyHeader(type, rows, columns) {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const padded = `${header.padEnd(117)}\n`; // with the 10 bytes before it a multiple of 64
  return Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(padded.length, 0)}${padded}`, "latin1");
}

/** A uint8 .npy file of random bits, packed eight in a byte. */
export function bitsFile(name, rows, dimensions) {
  const file = scratchFile(`${name}-bits-${rows}x${dimensions}.npy`);
  if (existsSync(file)) return file;
  const out = openSync(file, "w");
  writeSync(out, npyHeader("|u1", rows, dimensions / 8));
  for (let left = (rows * dimensions) / 8; left > 0; left -= blockBytes)
    writeSync(out, randomBytes(Math.min(blockBytes, left)));
  closeSync(out);
  return file;
}

/** A CSV file of scores of a teacher for pairs of an anchor and a row: row i for anchor i, and `count` others in steps through all rows. */
export function teacherFile(rows, count) {
  const file = scratchFile(`teacher-${rows}x${count}.csv`);
  if (existsSync(file)) return file;
  const next = gaussian(7);
  const lines = ["anchor,id,score"];
  for (let anchor = 0; anchor < rows; anchor++) {
    lines.push(`${anchor},${anchor},${next() + 3}`);
    for (let k = 1; k <= count; k++) lines.push(`${anchor},${(anchor + 7919 * k) % rows},${next()}`);
  }
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

/** A file of one label, 0 or 1, per line. */
export function labelFile(rows) {
  const file = scratchFile(`labels-${rows}.txt`);
  if (existsSync(file)) return file;
  const next = gaussian(5);
  writeFileSync(file, `${Array.from({ length: rows }, () => (next() > 0 ? 1 : 0)).join("\n")}\n`);
  return file;
}

/** A JSON file of records with an id and an embedding, as {@link vectorFile} has it. */
export function jsonFile(rows, dimensions) {
  const file = scratchFile(`a-${rows}x${dimensions}.json`);
  if (existsSync(file)) return file;
  const next = gaussian(1);
  const out = openSync(file, "w");
  for (let row = 0; row < rows; row++) {
    const embedding = Array.from({ length: dimensions }, next);
    writeSync(out, `${row === 0 ? "[" : ","}\n${JSON.stringify({ id: `doc-${row}`, embedding })}`);
  }
  writeSync(out, "\n]\n");
  closeSync(out);
  return file;
}

/** A Parquet file of ids and lists of doubles, compressed with snappy as pandas does it. */
export function parquetFile(rows, dimensions) {
  const file = scratchFile(`a-${rows}x${dimensions}.parquet`);
  if (existsSync(file)) return file;
  const next = gaussian(1);
  const indices = Array.from({ length: rows }, (_, row) => row);
  const data = parquetWriteBuffer({
    columnData: [
      { name: "id", data: indices.map((row) => `doc-${row}`) },
      { name: "embedding", data: indices.map(() => Array.from({ length: dimensions }, next)) },
    ],
    schema: [
      { name: "root", num_children: 2 },
      { name: "id", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
      { name: "embedding", repetition_type: "OPTIONAL", converted_type: "LIST", num_children: 1 },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      { name: "element", type: "DOUBLE", repetition_type: "OPTIONAL" },
    ],
  });
  writeFileSync(file, Buffer.from(data));
  return file;
}
