import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { MachineError } from "#dist/core/errors.js";
import type { Source } from "#dist/input/source.js";
import { readVectorParts, readVectors } from "#dist/reading/read-vectors.js";
import { chunkSizes, expectSameBits, finite, sourceOf, textOf } from "../input/support.js";
import { npyBytes } from "../npy-bytes.js";

/** Any text that a file can contain, often with characters that are special in its grammar. */
const idText = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', ",", ";", "\t", "|", " ", "\n", "\r", "#", "# ", "\r\n", "日本", "😀", "é", "\ufeff", "1"),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 2 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""))
  .filter((text) => !text.includes("\0"));

const lineEnd = fc.constantFrom("\n", "\r\n", "\r");

interface Written {
  readonly bytes: Uint8Array;
  readonly delimiter: string;
  readonly header: "yes" | "no";
  readonly idColumn: number | null;
  readonly values: readonly number[];
  readonly dimensions: number;
  readonly ids: readonly string[] | null;
  readonly names: readonly string[] | null;
  /** The line on which each row starts. */
  readonly lines: readonly number[];
}

interface Style {
  readonly quoted: boolean;
  readonly before: number;
  readonly behind: number;
  readonly inside: boolean;
}

const style: fc.Arbitrary<Style> = fc.record({
  quoted: fc.boolean(),
  before: fc.nat(2),
  behind: fc.nat(2),
  inside: fc.boolean(),
});

const DELIMITERS = [",", "\t", ";", "|", ":", "^", "é", "→", " "];

/** A file of vectors in any supported layout, and its contents. */
const written: fc.Arbitrary<Written> = fc
  .record({ rows: fc.integer({ min: 1, max: 5 }), dimensions: fc.integer({ min: 1, max: 4 }) })
  .chain(({ rows, dimensions }) => {
    const perRow = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: rows, maxLength: rows });
    const perCell = <T>(each: fc.Arbitrary<T>, extra = 0) =>
      fc.array(each, { minLength: rows * dimensions + extra, maxLength: rows * dimensions + extra });
    return fc.record({
      rows: fc.constant(rows),
      dimensions: fc.constant(dimensions),
      delimiter: fc.constantFrom(...DELIMITERS),
      values: perCell(finite),
      styles: perCell(style, rows + dimensions + 2),
      ids: fc.option(perRow(idText)),
      idPlace: fc.nat(dimensions),
      names: fc.option(fc.array(idText, { minLength: dimensions, maxLength: dimensions })),
      ends: fc.oneof(
        fc.array(lineEnd, { minLength: 1, maxLength: 1 }),
        fc.array(lineEnd, { minLength: 5, maxLength: 9 }),
      ),
      comments: fc.array(fc.option(fc.string({ unit: "grapheme", maxLength: 8 })), { minLength: 3, maxLength: 5 }),
      bom: fc.boolean(),
      terminated: fc.boolean(),
      trailing: fc.array(fc.constantFrom("", "  ", " \t "), { maxLength: 3 }),
    });
  })
  .map((plan) => {
    const { rows, dimensions, delimiter, styles, ends, comments } = plan;
    const spaced = delimiter === " ";
    let styleAt = 0;
    const nextStyle = () => styles[styleAt++ % styles.length];
    const around = (text: string, { before, behind }: Style) =>
      spaced ? text : " ".repeat(before) + text + " ".repeat(behind);
    const numberCell = (value: number) => {
      const chosen = nextStyle();
      const inside = chosen.inside && chosen.quoted ? ` ${textOf(value)}\t` : textOf(value);
      return around(chosen.quoted ? `"${inside}"` : inside, chosen);
    };
    const textCell = (text: string) => {
      const chosen = nextStyle();
      const must = text === "" || text === "#" || text.includes(delimiter) || /["\r\n]|^\s|\s$|^# /.test(text);
      return around(must || chosen.quoted ? `"${text.replaceAll('"', '""')}"` : text, chosen);
    };
    const join = (cells: readonly string[]) => {
      if (!spaced) return cells.join(delimiter);
      const { before, behind } = nextStyle();
      return `${" ".repeat(before)}${cells.join(" ".repeat(1 + behind))}${" ".repeat(behind)}`;
    };
    // An empty id cannot be written with blanks as delimiters.
    const sound = (text: string) => (spaced && text === "" ? "-" : text);
    const ids = plan.ids?.map(sound) ?? null;
    const place = plan.idPlace;
    const withId = (cells: readonly string[], id: string) =>
      ids ? [...cells.slice(0, place), id, ...cells.slice(place)] : cells;
    // A header that begins with "id" names a column of ids.
    const names = plan.names?.map((name) => `n${name}`) ?? null;

    let text = "";
    let line = 1;
    let endAt = 0;
    const put = (record: string) => {
      text += record + ends[endAt++ % ends.length];
      line += record.replaceAll("\r\n", "\n").replaceAll("\r", "\n").split("\n").length;
    };
    const lines: number[] = [];
    let commentAt = 0;
    const maybeComment = () => {
      const comment = spaced ? null : comments[commentAt++ % comments.length];
      if (comment !== null) put(`# ${comment.replace(/[\0\r\n\u0085]/g, "")}`);
    };
    if (names) {
      maybeComment();
      put(join(withId(names.map(textCell), textCell("the names"))));
    }
    for (let i = 0; i < rows; i++) {
      maybeComment();
      lines.push(line);
      const cells = plan.values.slice(i * dimensions, (i + 1) * dimensions).map(numberCell);
      put(join(withId(cells, textCell(ids?.[i] ?? ""))));
    }
    if (!plan.terminated) text = text.replace(/(?:\r\n|\n|\r)$/, "");
    else for (const blank of plan.trailing) put(delimiter === "\t" ? "" : blank);
    return {
      bytes: Buffer.from((plan.bom ? "\ufeff" : "") + text, "utf8"),
      delimiter,
      header: names ? ("yes" as const) : ("no" as const),
      idColumn: ids ? place + 1 : null,
      values: plan.values,
      dimensions,
      ids,
      names,
      lines,
    };
  });

async function readBack(file: Written, sizes: readonly number[], bytes = file.bytes) {
  const { delimiter, header, idColumn } = file;
  const options = { delimiter, header, ...(idColumn === null ? {} : { idColumn }) };
  return readVectors(sourceOf(bytes, "a.csv", sizes), options);
}

describe("readVectors", () => {
  it("reads any file of vectors back: bits, ids, names", async () => {
    await fc.assert(
      fc.asyncProperty(written, async (file) => {
        const set = await readBack(file, []);
        expectSameBits(set.values, file.values);
        expect(set.dimensions).to.equal(file.dimensions);
        expect(set.rows).to.equal(file.lines.length);
        expect(set.ids).to.deep.equal(file.ids);
        expect(set.columnNames).to.deep.equal(file.names);
        expect(set.labels).to.equal(null);
        expect(set.name).to.equal("a.csv");
      }),
      { numRuns: 500 },
    );
  });

  it("reports the line on which each row starts, counting ids of several lines and comments", async () => {
    const crlfInside = ({ ids, names }: Written) =>
      [...(ids ?? []), ...(names ?? [])].some((id) => id.includes("\r\n"));
    await fc.assert(
      fc.asyncProperty(
        written.filter((file) => !crlfInside(file)),
        async (file) => {
          const set = await readBack(file, []);
          expect([...(set.lines ?? [])]).to.deep.equal(file.lines);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("counts CRLF in a quoted id as one line end, as editors do", async () => {
    const text = '"a\r\nb",1\r\n"c\r\n\r\nd",2\r\ne,3\r\n';
    const { lines } = await readVectors(sourceOf(text), { idColumn: 1 });
    expect([...(lines ?? [])]).to.deep.equal([1, 3, 6]);
  });

  it("returns the same for any chunks, plain or gzip", async () => {
    await fc.assert(
      fc.asyncProperty(written, chunkSizes, fc.boolean(), async (file, sizes, zipped) => {
        const whole = await readBack(file, []);
        const cut = await readBack(file, sizes, zipped ? gzipSync(file.bytes) : file.bytes);
        expectSameBits(cut.values, whole.values);
        expect([cut.ids, cut.columnNames, cut.lines]).to.deep.equal([whole.ids, whole.columnNames, whole.lines]);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps the order of rows, ids and lines over many chunks", async () => {
    const rows = 20_000;
    const text = Array.from({ length: rows }, (_, i) => `row ${i},${i},${-i / 3}\n`).join("");
    const set = await readVectors(sourceOf(text, "a.csv", [50_001]));
    expect([set.rows, set.dimensions]).to.deep.equal([rows, 2]);
    expect(set.ids?.every((id, i) => id === `row ${i}`)).to.equal(true);
    expect(set.lines?.every((line, i) => line === i + 1)).to.equal(true);
    expect(set.values.every((value, k) => value === (k % 2 ? -((k - 1) / 2) / 3 : k / 2))).to.equal(true);
    expect(set.values.buffer).to.be.instanceOf(SharedArrayBuffer);
  });

  it("reads quoted numbers with blanks inside the quotes as numbers, not as names", async () => {
    for (const options of [{}, { header: "yes" as const }]) {
      const text = `${"header" in options ? "x,y\n" : ""}" 1e5",2\n" 3e5",4\n`;
      const { values, ids, columnNames } = await readVectors(sourceOf(text), options);
      expect([[...values], ids]).to.deep.equal([[1e5, 2, 3e5, 4], null]);
      expect(columnNames).to.deep.equal("header" in options ? ["x", "y"] : null);
    }
  });

  it("never loses a first row of quoted numbers", async () => {
    const { values } = await readVectors(sourceOf('1," 2e5"\n3,4\n'));
    expect([...values]).to.deep.equal([1, 2e5, 3, 4]);
  });

  it("reads # as the start of an id, and # with a blank as a comment", async () => {
    const { ids } = await readVectors(sourceOf("# from NumPy\nid,x\n#1,2\n# note\n#2,3\n"));
    expect(ids).to.deep.equal(["#1", "#2"]);
  });

  it("reads runs of blanks between numbers as one delimiter", async () => {
    const { values, dimensions } = await readVectors(sourceOf("  1   2 3\n4 5      6  \n"));
    expect([[...values], dimensions]).to.deep.equal([[1, 2, 3, 4, 5, 6], 3]);
  });

  it("reads a single number", async () => {
    const { values, rows, dimensions } = await readVectors(sourceOf("5"));
    expect([[...values], rows, dimensions]).to.deep.equal([[5], 1, 1]);
  });

  it("counts ids and labels towards the memory limit, consecutive equal ones once", async () => {
    const rows = Array.from({ length: 1000 }, (_, i) => [i, `${"x".repeat(76)}${String(i).padStart(4)}`] as const);
    const textOfRows = (id: (own: string) => string) => rows.map(([i, own]) => `${id(own)},${i}\n`).join("");
    const read = (id: (own: string) => string, maxBytes: number) =>
      readVectors(sourceOf(textOfRows(id)), { maxBytes }).catch((error) => error);
    // Per row: 8 bytes of numbers, 8 of a reference to a text, 16 and 80 of the texts.
    expect((await read((own) => own, 112_000)).rows).to.equal(1000);
    const beyond = await read((own) => own, 111_999);
    expect(beyond).to.be.instanceOf(MachineError);
    expect(beyond.message).to.match(/^a\.csv: the vectors, ids and labels need 1 MB of memory, found 1 MB left$/);
    expect((await read(() => "same", 20_000)).rows).to.equal(1000);
  });
});

describe("readVectors with the stored precision", () => {
  const floats = Float32Array.of(0.1, 2, 3, 4);
  const doubles = Float64Array.of(0.1, 6, 7, 8);
  const npy = (numbers: Float32Array | Float64Array) => sourceOf(npyBytes(numbers, [2, 2]), "a.npy");
  const csv = () => sourceOf("0.1,10\n11,12\n");
  const stored = async (...parts: readonly Source[]) =>
    (await readVectors({ name: "all", parts }, { dtype: "stored" })).values;

  it("keeps float32 while all files have it, and does not round a number of any other file", async () => {
    const widened = [...floats];
    const text = [0.1, 10, 11, 12];
    expect(await stored(npy(floats))).to.deep.equal(floats);
    expect(await stored(npy(floats), npy(floats))).to.deep.equal(Float32Array.of(...floats, ...floats));
    expect(await stored(npy(doubles))).to.deep.equal(doubles);
    expect(await stored(csv())).to.deep.equal(Float64Array.of(...text));
    expect(await stored(npy(floats), npy(doubles))).to.deep.equal(Float64Array.of(...widened, ...doubles));
    expect(await stored(npy(doubles), npy(floats))).to.deep.equal(Float64Array.of(...doubles, ...widened));
    expect(await stored(npy(floats), csv())).to.deep.equal(Float64Array.of(...widened, ...text));
    expect(await stored(csv(), npy(floats), csv())).to.deep.equal(Float64Array.of(...text, ...widened, ...text));
  });

  it("keeps float32 in parts of a file", async () => {
    const parts: number[][] = [];
    for await (const { values } of readVectorParts(npy(floats), { dtype: "stored", partBytes: 8 })) {
      expect(values).to.be.instanceOf(Float32Array);
      parts.push([...values]);
    }
    expect(parts.flat()).to.deep.equal([...floats]);
  });
});

describe("readVectors from a regular file of numbers as they are kept", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "simcli-place-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Numbers of which rows are read in several pieces. */
  const numbers = (count: number) => Float64Array.from({ length: count }, (_, k) => ((k * 7919) % 1009) / 8 - 60);
  const [rows, columns] = [1100, 300];
  const file = (name: string, bytes: Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  it("reads the same as from a stream, with every option that changes rows", async () => {
    const holes = numbers(rows * columns);
    holes.fill(Number.NaN, 500 * columns + 3, 500 * columns + 9);
    for (const [name, values] of [
      ["f8.npy", numbers(rows * columns)],
      ["f4.npy", Float32Array.from(numbers(rows * columns))],
      ["holes8.npy", holes],
      ["holes4.npy", Float32Array.from(holes)],
    ] as const) {
      const bytes = npyBytes(values, [rows, columns]);
      const path = file(name, bytes);
      for (const dtype of ["stored", "f64", "f32"] as const) {
        for (const options of [
          { missing: "skip-row" },
          { missing: "mean", dimensions: 7 },
          { missing: "zero", dimensions: 7, keepUnitLength: true },
          { missing: "skip-row", columns: "2-9" },
          { missing: "zero", idColumn: 1 },
          ...(name.startsWith("holes") ? [] : [{}, { dimensions: 7 }, { columns: "2-9" }, { labelColumn: 2 }]),
        ] as const) {
          const fromFile = await readVectors(path, { dtype, ...options });
          const fromStream = await readVectors(sourceOf(bytes, path), { dtype, ...options });
          expect(fromFile.values.constructor).to.equal(fromStream.values.constructor);
          expect(Buffer.compare(bytesOf(fromFile.values), bytesOf(fromStream.values))).to.equal(0);
          expect({ ...fromFile, values: null }).to.deep.equal({ ...fromStream, values: null });
        }
      }
    }
  });

  const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array | Float32Array) =>
    Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

  it("reads several files as one", async () => {
    const values = numbers(rows * columns);
    const paths = [0, 1, 2].map((k) =>
      file(
        `part${k}.npy`,
        npyBytes(
          values.map((x) => x + k),
          [rows, columns],
        ),
      ),
    );
    const all = await readVectors(join(folder, "part*.npy"), { dtype: "stored" });
    expect(paths).to.have.length(3);
    const expected = [0, 1, 2].flatMap((k) => [...values].map((x) => x + k));
    expectSameBits(all.values, expected);
  });

  it("names the row, the column and the byte of a number that is not finite", async () => {
    const values = numbers(rows * columns);
    values[1000 * columns + 17] = Number.NaN;
    const bytes = npyBytes(values, [rows, columns]);
    const offset = bytes.length - 8 * (rows * columns - (1000 * columns + 17));
    const path = file("nan.npy", bytes);
    const error = await readVectors(path).catch((error: unknown) => error);
    expect(String((error as Error).message)).to.equal(
      `${path}: row 1000, column 17 (byte offset ${offset}): expected a finite number, found nan`,
    );
  });

  it("counts the numbers towards the memory limit before it reads them", async () => {
    const path = file("large.npy", npyBytes(numbers(rows * columns), [rows, columns]));
    const error = await readVectors(path, { maxBytes: 8 * rows * columns - 1 }).catch((error: unknown) => error);
    expect(error).to.be.instanceOf(MachineError);
    expect((await readVectors(path, { maxBytes: 8 * rows * columns })).rows).to.equal(rows);
  });
});
