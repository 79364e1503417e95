import { expect } from "chai";
import fc from "fast-check";
import { readVectors } from "#dist/reading/read-vectors.js";
import { errorMessage, itReadsFixtures, itReportsDamage } from "../../input/binary.js";
import { chunkSizes, expectSameBits, sourceOf } from "../../input/support.js";
import { npyOf } from "./npy-bytes.js";

/** Writers of a number of each type. */
const KINDS = {
  f4: { bytes: 4, value: fc.float({ noNaN: true, noDefaultInfinity: true }), put: "setFloat32" },
  f8: { bytes: 8, value: fc.double({ noNaN: true, noDefaultInfinity: true }), put: "setFloat64" },
  i1: { bytes: 1, value: fc.integer({ min: -128, max: 127 }), put: "setInt8" },
  i2: { bytes: 2, value: fc.integer({ min: -32768, max: 32767 }), put: "setInt16" },
  i4: { bytes: 4, value: fc.integer(), put: "setInt32" },
  i8: { bytes: 8, value: fc.maxSafeInteger(), put: "setBigInt64" },
  u1: { bytes: 1, value: fc.nat(255), put: "setUint8" },
  u2: { bytes: 2, value: fc.nat(65535), put: "setUint16" },
  u4: { bytes: 4, value: fc.integer({ min: 0, max: 2 ** 32 - 1 }), put: "setUint32" },
  u8: { bytes: 8, value: fc.nat(Number.MAX_SAFE_INTEGER), put: "setBigUint64" },
} as const;
type Kind = keyof typeof KINDS;

interface Array2 {
  readonly kind: Kind;
  readonly isBig: boolean;
  readonly isFortran: boolean;
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly number[];
}

const array: fc.Arbitrary<Array2> = fc
  .record({
    kind: fc.constantFrom(...(Object.keys(KINDS) as Kind[])),
    isBig: fc.boolean(),
    isFortran: fc.boolean(),
    rows: fc.integer({ min: 1, max: 6 }),
    columns: fc.integer({ min: 1, max: 6 }),
  })
  .chain((shape) => {
    const length = shape.rows * shape.columns;
    const values = fc.array<number>(KINDS[shape.kind].value, { minLength: length, maxLength: length });
    return values.map((list) => ({ ...shape, values: list }));
  });

const headerOf = (descr: string, shape: string, order = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

function written({ kind, isBig, isFortran, rows, columns, values }: Array2): Uint8Array {
  const { bytes, put } = KINDS[kind];
  const view = new DataView(new ArrayBuffer(values.length * bytes));
  values.forEach((value, k) => {
    const [i, j] = [Math.floor(k / columns), k % columns];
    const at = (isFortran ? j * rows + i : k) * bytes;
    if (put === "setBigInt64" || put === "setBigUint64") view[put](at, BigInt(value), !isBig);
    else view[put](at, value, !isBig);
  });
  const header = headerOf(`${isBig ? ">" : "<"}${kind}`, `(${rows}, ${columns})`, isFortran ? "True" : "False");
  return npyOf(header, new Uint8Array(view.buffer));
}

const doubles = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer);
const plain = headerOf("<f8", "(2, 2)");

describe("readNpy", () => {
  itReadsFixtures(/\.npy$/);
  itReportsDamage(["f4-c.npy", "i8-f.npy", "f2-c.npy", "version-2.npy"]);

  it("reads arrays of any type, order and shape, for any chunks", async () => {
    await fc.assert(
      fc.asyncProperty(array, chunkSizes, async (given, sizes) => {
        const set = await readVectors(sourceOf(written(given), "stdin", sizes));
        expect([set.rows, set.dimensions]).to.deep.equal([given.rows, given.columns]);
        expectSameBits(
          set.values,
          given.values.map((value) => (given.kind.startsWith("f") ? value : value + 0)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("keeps the order of rows over many batches, in both orders", async () => {
    const [rows, columns] = [70_000, 20];
    const values = Array.from({ length: rows * columns }, (_, k) => k % 8191);
    for (const isFortran of [false, true]) {
      const bytes = written({ kind: "f8", isBig: false, isFortran, rows, columns, values });
      const set = await readVectors(sourceOf(bytes, "stdin", [1 << 18]));
      expect([set.rows, set.values.every((value, k) => value === values[k])]).to.deep.equal([rows, true]);
    }
  });

  it("names row, column and byte offset of a non-finite number", async () => {
    for (const [value, found] of [
      [Number.NaN, "nan"],
      [Number.POSITIVE_INFINITY, "inf"],
      [Number.NEGATIVE_INFINITY, "-inf"],
    ] as const) {
      const bytes = npyOf(plain, doubles(1, 2, 3, value));
      const offset = bytes.length - 8;
      expect(await errorMessage(bytes, "a.npy")).to.equal(
        `a.npy: row 1, column 1 (byte offset ${offset}): expected a finite number, found ${found}`,
      );
      const fortran = npyOf(headerOf("<f8", "(2, 2)", "True"), doubles(1, value, 3, 4));
      expect(await errorMessage(fortran, "a.npy")).to.equal(
        `a.npy: row 1, column 0 (byte offset ${fortran.length - 24}): expected a finite number, found ${found}`,
      );
    }
  });

  it("rejects integers that a double cannot represent", async () => {
    const longs = (...values: bigint[]) => new Uint8Array(BigInt64Array.from(values).buffer);
    const bytes = npyOf(headerOf("<i8", "(1, 2)"), longs(1n, -(2n ** 53n) - 1n));
    expect(await errorMessage(bytes, "a.npy")).to.equal(
      `a.npy: row 0, column 1 (byte offset ${bytes.length - 8}): expected a whole number within ±2^53, found -9007199254740993`,
    );
    const unsigned = npyOf(headerOf("<u8", "(1, 2)"), longs(-1n, 1n));
    expect(await errorMessage(unsigned, "a.npy")).to.contain("found 18446744073709551615");
  });

  it("rejects an unterminated tuple in linear time", async () => {
    // A backtracking parser would take exponential time.
    const header = headerOf("<f8", `(${"1".repeat(5000)}`);
    expect(await errorMessage(npyOf(header, doubles(1)), "a.npy")).to.match(/expected a dictionary of descr/);
  });

  for (const [header, message] of [
    [headerOf("|O", "(2, 2)"), "a.npy: expected an array of real numbers, found Python objects (|O)"],
    [headerOf("<c16", "(2, 2)"), "a.npy: expected an array of real numbers, found complex numbers (<c16)"],
    [headerOf("<U3", "(2, 2)"), "a.npy: expected an array of real numbers, found text (<U3)"],
    [headerOf("<f16", "(2, 2)"), "a.npy: expected an array of real numbers, found a type that is not read (<f16)"],
    [
      "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (4,), }",
      "a.npy: expected an array of real numbers, found records of several fields ([('a', '<f8')])",
    ],
    [headerOf("<f8", "()"), "a.npy: expected an array of one or two dimensions, found the shape ()"],
    [headerOf("<f8", "(2, 1, 2)"), "a.npy: expected an array of one or two dimensions, found the shape (2, 1, 2)"],
    [headerOf("<f8", "(0, 4)"), "a.npy: expected rows of numbers, found the shape (0, 4)"],
    [headerOf("<f8", "(0,)"), "a.npy: expected rows of numbers, found the shape (0,)"],
    [
      headerOf("<f8", "(99999999999, 99999999999)"),
      "a.npy: expected rows of numbers, found the shape (99999999999, 99999999999)",
    ],
    [
      "__import__('os').exit()",
      "a.npy: expected a dictionary of descr, fortran_order and shape at byte offset 10, found \"__import__('os').exit()\"",
    ],
  ] as const) {
    it(`reports for ${header}: ${message}`, async () => {
      expect(await errorMessage(npyOf(header, doubles(1, 2, 3, 4)), "a.npy")).to.equal(message);
    });
  }

  it("accepts keys in any order, and long integers of Python 2", async () => {
    const header = "{'shape': (2L, 2L), 'fortran_order': False, 'descr': '<f8'}";
    const { values, dimensions } = await readVectors(sourceOf(npyOf(header, doubles(1, 2, 3, 4)), "a.npy"));
    expect([[...values], dimensions]).to.deep.equal([[1, 2, 3, 4], 2]);
  });

  it("allocates no memory for numbers that a header only claims", async () => {
    for (const shape of ["(1000000000, 1000)", "(1, 1000000000000)", "(1000000000000,)"]) {
      const bytes = npyOf(headerOf("<f8", shape), doubles(1, 2));
      const { offset, length } = { offset: bytes.length - 16, length: bytes.length };
      expect(await errorMessage(bytes, "a.npy")).to.match(
        new RegExp(`expected \\d+ bytes of numbers from byte offset ${offset} on, found 16$`),
      );
      const streamed = await readVectors(sourceOf(bytes, "stdin")).catch((error) => error);
      expect(streamed.message).to.match(new RegExp(`more bytes at byte offset ${length}, found the end of the file$`));
    }
  });

  it("reads ids, labels and components from columns counted from 1", async () => {
    const bytes = npyOf(headerOf("<f8", "(2, 3)"), doubles(7, 1, 2, 8, 3, 4));
    const set = await readVectors(sourceOf(bytes, "a.npy"), { idColumn: 1, labelColumn: 3 });
    expect([set.ids, set.labels, [...set.values]]).to.deep.equal([
      ["7", "8"],
      ["2", "4"],
      [1, 3],
    ]);
    const selected = await readVectors(sourceOf(bytes, "a.npy"), { columns: "3-2" });
    expect([...selected.values]).to.deep.equal([2, 1, 4, 3]);
    expect(await errorMessage(bytes, "a.npy", { columns: "4" })).to.equal(
      "a.npy: expected a column from 1 to 3, found 4",
    );
  });

  it("reports bytes after the array", async () => {
    const bytes = npyOf(plain, doubles(1, 2, 3, 4, 5));
    expect(await errorMessage(bytes, "a.npy")).to.match(
      /expected 32 bytes of numbers from byte offset \d+ on, found 40$/,
    );
    const streamed = await readVectors(sourceOf(bytes, "stdin")).catch((error) => error);
    expect(streamed.message).to.match(/^stdin: expected the end of the file at byte offset \d+, found more bytes$/);
  });

  it("rejects other versions, and headers that are too long", async () => {
    const bytes = Buffer.from(npyOf(plain, doubles(1, 2, 3, 4)));
    bytes[6] = 4;
    expect(await errorMessage(bytes, "a.npy")).to.contain(
      "expected version 1, 2 or 3 of .npy at byte offset 6, found 4",
    );
    bytes[6] = 2;
    expect(await errorMessage(bytes, "a.npy")).to.contain("expected 10000 bytes of header at most");
  });
});
