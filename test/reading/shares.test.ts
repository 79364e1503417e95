import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { rowsFrom, type VectorSet } from "#dist/core/vectors.js";
import { loadWriter } from "#dist/formats/writers.js";
import type { ReadOptions } from "#dist/input/reader.js";
import type { Records } from "#dist/output/format.js";
import { openVectors } from "#dist/reading/input-files.js";
import { readVectorParts, readVectors } from "#dist/reading/read-vectors.js";
import { workplace } from "../cli/run.js";
import { npyBytes } from "../npy-bytes.js";
import { root } from "../reference.js";

const FOLDER = join(root, "fixtures/binary");
/** Formats that tell where their rows are. */
const PLACED = /\.(npy|safetensors|fbin|u8bin|i8bin|fvecs|bvecs|arrow|feather|parquet)$/;

const valuesOf = ({ values, rows, dimensions, ids, firstRow = 0 }: VectorSet) => ({
  values: [...values],
  rows,
  dimensions,
  ids,
  firstRow,
});

/** Reads a share in parts of a few rows, and joins them. */
async function inParts(path: string, options: ReadOptions): Promise<ReturnType<typeof valuesOf>> {
  const all: ReturnType<typeof valuesOf>[] = [];
  for await (const part of readVectorParts(path, { ...options, partBytes: 500 })) all.push(valuesOf(part));
  return {
    values: all.flatMap(({ values }) => values),
    rows: all.reduce((sum, { rows }) => sum + rows, 0),
    dimensions: all[0]!.dimensions,
    ids: all[0]!.ids && all.flatMap(({ ids }) => ids ?? []),
    firstRow: all[0]!.firstRow,
  };
}

describe("a share of the rows of a file", () => {
  const place = workplace();

  it("equals these rows of the whole file, read at once or in parts, in every format", async function () {
    this.timeout(120_000);
    let placed = 0;
    for (const name of [...readdirSync(FOLDER), "../digits/a.csv"]) {
      const path = join(FOLDER, name);
      const whole = await readVectors(path).catch(() => null);
      if (!whole || /[.](h5|hdf5|npz)$/.test(name)) continue;
      await fc.assert(
        fc.asyncProperty(fc.nat(whole.rows - 1), fc.nat(whole.rows), async (first, more) => {
          const end = Math.min(whole.rows, first + 1 + more);
          const notes: string[] = [];
          const options: ReadOptions = { share: () => [first, end], note: (text) => notes.push(text) };
          const set = await readVectors(path, options);
          expect(set.fileRows, name).to.equal(whole.rows);
          const wanted = valuesOf(rowsFrom(whole, first, end));
          expect(valuesOf(set), name).to.deep.equal(wanted);
          expect(await inParts(path, options), name).to.deep.equal(wanted);
          const readsAll = notes.some((text) => text.includes("all rows are read for those of a shard"));
          // Columns of an array in Fortran order are far apart.
          if (PLACED.test(name) && !/-f\.npy$/.test(name)) expect(readsAll, name).to.equal(false);
          if (!readsAll) placed++;
        }),
        { numRuns: 3 },
      );
    }
    expect(placed).to.be.above(50);
  });

  it("is read without the others", async () => {
    const [rows, d] = [60_000, 8];
    const numbers = Float64Array.from({ length: rows * d }, (_, i) => Math.sin(i));
    place.write("numbers.npy", npyBytes(numbers, [rows, d]));
    for (const format of ["fbin", "safetensors", "arrow"])
      place.bash(`simcli convert numbers.npy -o numbers.${format}`);
    const records: Records = {
      columns: ["x", "y", "z"],
      kinds: ["number", "number", "number"],
      rows: Array.from({ length: 160_000 }, (_, i) => [Math.sin(i), Math.cos(i), Math.tan(i)]),
    };
    const writer = await loadWriter("parquet");
    const chunks = [...writer.records!(records, { precision: null, header: true })].map((chunk) => Buffer.from(chunk));
    writeFileSync(place.path("numbers.parquet"), Buffer.concat(chunks));
    const vecs = Buffer.alloc(rows * (4 + 4 * d));
    for (let i = 0; i < rows; i++) vecs.writeInt32LE(d, i * (4 + 4 * d));
    place.write("numbers.fvecs", vecs);
    for (const format of ["npy", "fbin", "safetensors", "arrow", "parquet", "fvecs"]) {
      const path = place.path(`numbers.${format}`);
      let bytes = 0;
      const input = openVectors(path, {}, (more) => {
        bytes += more;
      });
      const share = (all: number) => [Math.floor(0.85 * all), Math.floor(0.95 * all)] as const;
      const set = await readVectors(input, { share });
      expect(set.rows, format).to.equal(Math.round(0.1 * (set.fileRows ?? 0)));
      expect(bytes / statSync(path).size, format).to.be.below(0.3);
    }
  });
});
