import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { root } from "../../reference.js";
import { bytesOf, type CraftedPage, craftedFile, flat, leb128, list, run, text } from "./parquet-bytes.js";

/** Number of rows in a file of a few bytes. */
const MANY = 100_000_000;
/** Memory limit for the process that reads (about 300 MB with Node 24); holding all rows would take 800 MB or more. */
const BOUND = 512e6;

const dictionary = (...values: number[]): CraftedPage => ({
  count: values.length,
  isDictionary: true,
  body: bytesOf(...values),
});
const texts = (...values: string[]) =>
  values.flatMap((value) => [...new Uint8Array(Uint32Array.of(value.length).buffer), ...Buffer.from(value)]);
/** Equal deltas: one block, whose miniblocks have a width of 0 bits. */
const equalDifferences = (count: number, difference: number, first = 0) => [
  ...[2 ** 28, 4, count, 2 * first].flatMap(leb128),
  2 * difference,
  ...[0, 0, 0, 0],
];

const INDICES = { encoding: "RLE_DICTIONARY" } as const;
const column = (...pages: CraftedPage[]) => ({ schema: flat("x", "DOUBLE"), pages });

/** Valid files of a few bytes, and their contents. */
const valid: { readonly [name: string]: [Uint8Array, object] } = {
  "an entry of a dictionary, again for each row": [
    craftedFile(MANY, [column(dictionary(1.5), { count: MANY, ...INDICES, body: [1, ...run(MANY, 0)] })]),
    { rows: MANY, columns: 1, ids: 0 },
  ],
  "indices of no bits, and ids": [
    craftedFile(MANY, [
      {
        schema: text("id"),
        pages: [
          { count: 1, isDictionary: true, body: texts("a") },
          { count: MANY, ...INDICES, body: [0] },
        ],
      },
      column(dictionary(1.5), { count: MANY, ...INDICES, body: [0] }),
    ]),
    { rows: MANY, columns: 1, ids: MANY },
  ],
  "equal differences": [
    craftedFile(MANY / 4, [
      {
        schema: flat("x", "INT64"),
        pages: [{ count: MANY / 4, encoding: "DELTA_BINARY_PACKED", body: equalDifferences(MANY / 4, 1) }],
      },
    ]),
    { rows: MANY / 4, columns: 1, ids: 0 },
  ],
  "lists of one item, in runs of levels": [
    craftedFile(MANY / 4, [
      {
        schema: list("x"),
        pages: [
          dictionary(1.5),
          {
            count: MANY / 4,
            ...INDICES,
            levels: [run(MANY / 4, 0), run(MANY / 4, 1)],
            body: [1, ...run(MANY / 4, 0)],
          },
        ],
      },
    ]),
    { rows: MANY / 4, columns: 1, ids: 0 },
  ],
};

const MOST = 2 ** 31 - 1;
const lists = (levels: number[][], ...pages: CraftedPage[]) => ({
  schema: list("x"),
  pages: [dictionary(1.5), ...pages, { count: MOST, ...INDICES, levels, body: [0] }],
});
const whole = (page: Omit<CraftedPage, "count">) => ({ schema: flat("x", "INT64"), pages: [{ count: MOST, ...page }] });
const named = (page: Omit<CraftedPage, "count">) => [
  { schema: text("id"), pages: [{ count: MOST, ...page }] },
  column(dictionary(1.5), { count: MOST, ...INDICES, body: [0] }),
];

/** Files with invalid counts or sizes, and the expected messages. */
const invalid: readonly (readonly [name: string, bytes: Uint8Array, message: string])[] = [
  [
    "numbers",
    craftedFile(MOST, [column({ count: MOST, body: bytesOf(1, 2) })]),
    `4, found damage: ${MOST} values of 8 bytes in 16 bytes`,
  ],
  [
    "numbers of a dictionary",
    craftedFile(MOST, [column({ count: MOST, isDictionary: true, body: bytesOf(1, 2) }, { count: MOST, body: [0] })]),
    `4, found damage: ${MOST} values of 8 bytes in 16 bytes`,
  ],
  [
    "numbers whose bytes are apart",
    craftedFile(MOST, [column({ count: MOST, encoding: "BYTE_STREAM_SPLIT", body: bytesOf(1, 2) })]),
    `4, found damage: ${MOST} values of 8 bytes in 16 bytes`,
  ],
  [
    "indices",
    craftedFile(MOST, [column(dictionary(1.5), { count: MOST, ...INDICES, body: [1, ...run(MOST - 1, 0)] })]),
    "25, found damage: the bytes end early",
  ],
  [
    "packed indices",
    craftedFile(MOST, [column(dictionary(1.5), { count: MOST, ...INDICES, body: [1, ...leb128(2 ** 29 + 1), 0] })]),
    "25, found damage: packed values are not whole",
  ],
  [
    "levels of repetition",
    craftedFile(MOST, [lists([run(MOST - 1, 0), run(MOST, 1)])]),
    "25, found damage: the bytes end early",
  ],
  [
    "levels of definition",
    craftedFile(MOST, [lists([run(MOST, 0), run(MOST - 1, 1)])]),
    "25, found damage: the bytes end early",
  ],
  [
    "differences, of which there are fewer",
    craftedFile(MOST, [whole({ encoding: "DELTA_BINARY_PACKED", body: equalDifferences(MOST - 1, 1) })]),
    `4, found damage: ${MOST - 1} values in the place of ${MOST}`,
  ],
  [
    "differences, whose bytes end",
    craftedFile(MOST, [whole({ encoding: "DELTA_BINARY_PACKED", body: equalDifferences(MOST, 1).slice(0, 20) })]),
    "4, found damage: the bytes end early",
  ],
  [
    "texts",
    craftedFile(MOST, named({ body: texts("a", "b") })),
    `4, found damage: ${MOST} values of 4 bytes in 10 bytes`,
  ],
  [
    "texts behind their lengths",
    craftedFile(MOST, named({ encoding: "DELTA_LENGTH_BYTE_ARRAY", body: [...equalDifferences(MOST, 0), 1] })),
    "4, found damage: the bytes end early",
  ],
  [
    "texts, each as long as the one before and a byte",
    craftedFile(20_000, [
      {
        schema: text("id"),
        pages: [
          {
            count: 20_000,
            encoding: "DELTA_BYTE_ARRAY",
            body: [...equalDifferences(20_000, 1), ...equalDifferences(20_000, 0, 1), ...Buffer.alloc(20_000, "a")],
          },
        ],
      },
      column({ count: 20_000, body: new Uint8Array(160_000) }),
    ]),
    "4, found damage: texts that share more than 67108864 bytes",
  ],
  [
    "packed bytes",
    craftedFile(1, [
      { ...column({ count: 1, size: 2 ** 30, body: [...leb128(2 ** 30), 0, 0] }), codec: "SNAPPY" as const },
    ]),
    `4, found damage: 7 bytes packed with snappy, of which ${2 ** 30} should be ${2 ** 30}`,
  ],
];

describe("counts and sizes in a Parquet file", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "simcli-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Reads a file in batches in a separate process; returns its contents and the peak memory. */
  function read(bytes: Uint8Array): { readonly found: object; readonly memory: number } {
    writeFileSync(join(folder, "a.parquet"), bytes);
    const moduleAt = (path: string) => JSON.stringify(pathToFileURL(join(root, "dist", path)).href);
    const program = `
      import { readBatches } from ${moduleAt("reading/read-batches.js")};
      import { openFile } from ${moduleAt("input/source.js")};
      import { existsSync, readFileSync } from "node:fs";
      const found = { rows: 0, columns: 0, ids: 0 };
      try {
        for await (const batch of readBatches(openFile("a.parquet"))) {
          found.rows += batch.rows;
          found.columns = batch.columns;
          found.ids += batch.ids?.length ?? 0;
        }
      } catch (error) {
        found.error = [error.constructor.name, error.message];
      }
      // On Linux, maxRSS begins with the size of the process that started this one.
      const [, peak] = existsSync("/proc/self/status")
        ? /VmHWM:\\s+(\\d+) kB/.exec(readFileSync("/proc/self/status", "latin1"))
        : [, process.resourceUsage().maxRSS];
      console.log(JSON.stringify({ found, memory: 1024 * peak }));`;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", program], { cwd: folder });
    return JSON.parse(child.stdout.toString());
  }

  for (const [name, [bytes, expected]] of Object.entries(valid)) {
    it(`take no memory if they are true: ${name}`, () => {
      const { memory, found } = read(bytes);
      expect([found, bytes.length < 250]).to.deep.equal([expected, true]);
      expect(memory).to.be.lessThan(BOUND);
    });
  }

  for (const [name, bytes, message] of invalid) {
    it(`are rejected before memory is allocated if they are false: ${name}`, () => {
      const { memory, found } = read(bytes);
      const error = ["DataError", `a.parquet: expected sound Parquet at byte offset ${message}`];
      expect(found).to.deep.equal({ rows: 0, columns: 0, ids: 0, error });
      expect(memory).to.be.lessThan(BOUND);
    });
  }

  it("limit the length of a row", () => {
    const levels = [[...run(1, 0), ...run(MOST - 1, 1)], run(MOST, 1)];
    const { memory, found } = read(craftedFile(1, [lists(levels)]));
    const message = "a.parquet: row 0, column x: expected 16777216 components at most, found more";
    expect(found).to.deep.include({ error: ["DataError", message] });
    expect(memory).to.be.lessThan(2 * BOUND);
  });
});
