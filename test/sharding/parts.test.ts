import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { rowsOfShard, rowsOfTriangle } from "#dist/core/shard.js";
import { Groups } from "#dist/neighbours/groups.js";
import type { Cell, RecordCell, Records } from "#dist/output/format.js";
import { findParts, mergedRecords } from "#dist/sharding/merged-parts.js";
import { type PartHead, type PartResult, recordLine, recordOf } from "#dist/sharding/part-file.js";
import { PartWriter, stateOfPart } from "#dist/sharding/part-writer.js";
import { ranges } from "#dist/sharding/ranges.js";

const [ROWS, SHARDS, ROWS_AT_ONCE] = [23, 4, 2];

const headOf = (shard: number, others: Partial<PartHead> = {}): PartHead => ({
  simcli: "1.2.3",
  command: "topk",
  options: { k: 2 },
  inputs: [{ name: "q.npy", bytes: 100, hash: "aa" }],
  shard,
  shards: SHARDS,
  arrayStart: null,
  began: "2026-01-01T00:00:00.000Z",
  ...others,
});
const result = { rows: ROWS, title: "neighbours", columns: ["query", "score"] } as const;

/** A job whose parts are joined in some way. */
interface Job {
  readonly result: PartResult;
  readonly head: Partial<PartHead>;
  /** Returns the rows of a shard: from the first to before the second. */
  rowsOf(place: number): readonly [first: number, end: number];
  /** Returns the records of some rows of a shard. */
  recordsFrom(first: number, end: number, place: number): Records;
  /** The records of one run. */
  readonly expected: readonly RecordCell[][];
}

const rowsOfQueries = (place: number) => rowsOfShard({ index: place, count: SHARDS }, ROWS);
const rowsBetween = (first: number, end: number) => Array.from({ length: end - first }, (_, k) => first + k);

/** The records of a row: none, one or two. */
const recordsOf = (row: number): Cell[][] => Array.from({ length: row % 3 }, (_, k) => [row, Math.sin(row + k)]);
const listed: Job = {
  result,
  head: {},
  rowsOf: rowsOfQueries,
  recordsFrom: (first, end) => ({
    ...result,
    kinds: ["whole", "number"],
    rows: rowsBetween(first, end).flatMap(recordsOf),
  }),
  expected: rowsBetween(0, ROWS).flatMap(recordsOf),
};
const { expected } = listed;

/** Scores of few values, so that many are equal. */
const scoreOf = (i: number, j: number) => ((i * 7 + j * 3) % 5) / 4;
const nearestFirst = (a: readonly number[], b: readonly number[]) => b[2]! - a[2]! || a[0]! - b[0]! || a[1]! - b[1]!;
/** The pairs of some rows with all later ones, nearest first. */
const pairsOf = (rows: readonly number[]) =>
  rows
    .flatMap((i) => rowsBetween(i + 1, ROWS).map((j) => [i, j, scoreOf(i, j)]))
    .filter(([, , score]) => score! > 0.3)
    .sort(nearestFirst);
const pairs: Job = {
  result: {
    ...result,
    columns: ["a", "b", "score"],
    joining: {
      kind: "ordered",
      keys: ["descending", "ascending", "ascending"],
      lists: "blocks",
      most: 100,
      rank: null,
    },
  },
  head: { command: "pairs" },
  rowsOf: (place) => rowsOfTriangle({ index: place, count: SHARDS }, ROWS),
  recordsFrom: (first, end) => ({
    columns: ["a", "b", "score"],
    kinds: ["text", "text", "number"],
    rows: pairsOf(rowsBetween(first, end)).map(([i, j, score]) => [score!, i!, j!, `r${i}`, `r${j}`, score!]),
  }),
  expected: pairsOf(rowsBetween(0, ROWS))
    .slice(0, 100)
    .map(([i, j, score]) => [`r${i}`, `r${j}`, score!]),
};

/** Each row is near the row six later, unless that is a multiple of seven: chains across the shards. */
const isNear = (i: number, j: number) => j === i + 6 && j % 7 !== 0;
const groupsOf = (rows: readonly number[]) => {
  const groups = new Groups(ROWS);
  for (const i of rows) for (const j of rowsBetween(i + 1, ROWS)) if (isNear(i, j)) groups.connect(i, j);
  return groups.list();
};
const groups: Job = {
  result: { ...result, columns: ["group", "size", "id"], joining: { kind: "groups", minSize: 3 } },
  head: { command: "pairs", options: { groups: "components" } },
  rowsOf: pairs.rowsOf,
  recordsFrom: (first, end) => ({
    columns: ["group", "size", "id"],
    kinds: ["whole", "whole", "text"],
    rows: groupsOf(rowsBetween(first, end)).flatMap((group) => group.map((row) => [row, group[0]!, `r${row}`])),
  }),
  expected: groupsOf(rowsBetween(0, ROWS))
    .filter(({ length }) => length >= 3)
    .flatMap((group, k) => group.map((row) => [k + 1, group.length, `r${row}`])),
};

/** The nearest of some rows of a corpus for a query. */
const nearestOf = (query: number, rows: readonly number[]) =>
  rows
    .map((row) => [query, row, scoreOf(query, row)])
    .sort(nearestFirst)
    .slice(0, 3);
const shares: Job = {
  result: {
    ...result,
    columns: ["query", "rank", "id"],
    joining: { kind: "ordered", keys: ["ascending", "descending", "ascending"], lists: "parts", most: 3, rank: 1 },
  },
  head: { corpusShards: 2 },
  rowsOf: (place) => rowsOfShard({ index: Math.floor(place / 2), count: SHARDS / 2 }, ROWS),
  recordsFrom: (first, end, place) => ({
    columns: ["query", "rank", "id"],
    kinds: ["whole", "whole", "whole"],
    rows: rowsBetween(first, end).flatMap((query) =>
      nearestOf(query, rowsBetween(...rowsOfShard({ index: place % 2, count: 2 }, 11))).map(([, row, score], k) => [
        query,
        score!,
        row!,
        query,
        k + 1,
        row!,
      ]),
    ),
  }),
  expected: rowsBetween(0, ROWS).flatMap((query) =>
    nearestOf(query, rowsBetween(0, 11)).map(([, row], k) => [query, k + 1, row!]),
  ),
};

/** What happens in the life of a job. */
type Event =
  /** A worker computes some blocks of a shard and is killed, or finishes if there are fewer. */
  | { readonly kind: "work"; readonly shard: number; readonly blocks: number; readonly rest: string }
  /** Two workers compute the same shard at the same time. */
  | { readonly kind: "twice"; readonly shard: number }
  /** A file in the folder is cut, or one of its bytes changes. */
  | { readonly kind: "cut" | "change"; readonly file: number; readonly at: number };

const shard = fc.nat(SHARDS - 1);
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant("work" as const),
    shard,
    blocks: fc.nat(5),
    rest: fc.constantFrom("", "[1,", "[1,2]\n", '{"rowsDone":99'),
  }),
  fc.record({ kind: fc.constant("twice" as const), shard }),
  fc.record({
    kind: fc.constantFrom("cut" as const, "change" as const),
    file: fc.nat(20),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  }),
);

describe("parts of a job", () => {
  let folder: string;
  beforeEach(() => {
    job = listed;
    // In memory where there is such a folder: each block of a part waits for the disk.
    folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "simcli-parts-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  let job = listed;

  /** Does the next block of a part; returns whether rows are left. */
  async function step(writer: PartWriter, place: number): Promise<boolean> {
    const [first, end] = job.rowsOf(place);
    const from = first + writer.rowsDone;
    if (from >= end) return false;
    const to = Math.min(end, from + ROWS_AT_ONCE);
    await writer.write(job.recordsFrom(from, to, place), to - first);
    return true;
  }

  async function open(place: number): Promise<PartWriter | null> {
    const head = headOf(place, job.head);
    return stateOfPart(folder, head).kind === "whole" ? null : PartWriter.open(folder, head, job.result);
  }

  async function finish(place: number): Promise<void> {
    const writer = await open(place);
    if (!writer) return;
    while (await step(writer, place));
    await writer.finish(new Date());
  }

  async function happen(event: Event): Promise<void> {
    if (event.kind === "work") {
      const writer = await open(event.shard);
      let left = writer !== null;
      for (let k = 0; writer && left && k < event.blocks; k++) left = await step(writer, event.shard);
      if (!writer) return;
      if (!left) return writer.finish(new Date());
      await writer.leave();
      // What was written of the next block.
      for (const name of partialsIn()) appendFileSync(join(folder, name), event.rest);
    } else if (event.kind === "twice") {
      const writers = [await open(event.shard), await open(event.shard)].flatMap((writer) => writer ?? []);
      for (let busy = writers.length > 0; busy; ) {
        busy = false;
        for (const writer of writers) busy = (await step(writer, event.shard)) || busy;
      }
      for (const writer of writers) await writer.finish(new Date());
    } else {
      const names = readdirSync(folder);
      if (names.length === 0) return;
      const path = join(folder, names[event.file % names.length]!);
      const bytes = readFileSync(path);
      const at = Math.floor(event.at * bytes.length);
      if (event.kind === "cut") truncateSync(path, at);
      else {
        bytes[at]! ^= 1 << (at % 8);
        writeFileSync(path, bytes);
      }
    }
  }

  const partialsIn = () => readdirSync(folder).filter((name) => name.endsWith(".partial"));

  for (const [name, one, runs] of [
    ["one after the other", listed, 150],
    ["in the order of pairs", pairs, 100],
    ["as groups", groups, 100],
    ["as the nearest of shares of a corpus", shares, 100],
  ] as const) {
    it(`are joined to the records of one run after any starts, kills, duplicates and damage: ${name}`, async () => {
      let recovered = 0;
      job = one;
      await fc.assert(
        fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
          for (const name of readdirSync(folder)) rmSync(join(folder, name));
          for (const one of events) await happen(one);
          // The scheduler runs what is missing, until nothing is.
          for (let tries = 0; ; tries++) {
            const parts = readdirSync(folder).some((name) => !name.endsWith(".partial")) ? tryFind() : null;
            const missing = parts ? parts.missing : [0, 1, 2, 3];
            if (parts && missing.length === 0) break;
            expect(tries, "tries").to.be.below(2);
            for (const place of missing) await finish(place);
            recovered++;
          }
          expect([...mergedRecords(findParts(folder)).rows]).to.deep.equal(job.expected);
          expect(readdirSync(folder).filter((name) => !name!.endsWith(".partial"))).to.have.length(SHARDS);
        }),
        { numRuns: runs },
      );
      expect(recovered).to.be.above(10);
    });
  }

  function tryFind() {
    try {
      return findParts(folder);
    } catch {
      // None of the parts is whole.
      return null;
    }
  }

  it("go on after the last block that a killed worker finished", async () => {
    const writer = (await open(1))!;
    await step(writer, 1);
    await step(writer, 1);
    await writer.leave();
    appendFileSync(join(folder, partialsIn()[0]!), "[99,0.5]\n");
    const next = (await open(1))!;
    expect(next.rowsDone).to.equal(2 * ROWS_AT_ONCE);
    while (await step(next, 1));
    await next.finish(new Date());
    expect(partialsIn()).to.deep.equal([]);
    for (const place of [0, 2, 3]) await finish(place);
    expect([...mergedRecords(findParts(folder)).rows]).to.deep.equal(expected);
  });

  it("of other versions, options, files or sizes are refused, and the difference is named", async () => {
    for (const place of [0, 1, 2]) await finish(place);
    const last = async (head: Partial<PartHead>, rows = ROWS) => {
      const writer = await PartWriter.open(folder, headOf(3, head), { ...result, rows });
      await writer.finish(new Date());
      return () => findParts(folder);
    };
    const files = (...inputs: PartHead["inputs"]) => ({ inputs });
    expect(await last({ simcli: "1.2.4" })).to.throw("other versions of simcli: 1.2.4 and 1.2.3");
    expect(await last({ command: "mine" })).to.throw("other commands: mine and topk");
    expect(await last({ options: { k: 3 } })).to.throw("other options: k is 3 and 2");
    expect(await last({ options: {} })).to.throw("other options: k is not given and 2");
    expect(await last(files())).to.throw("other numbers of files: 0 and 1");
    expect(await last(files({ name: "x.npy", bytes: 99, hash: "aa" }))).to.throw("x.npy has 99 bytes, and q.npy 100");
    expect(await last(files({ name: "x.npy", bytes: 100, hash: "bb" }))).to.throw("x.npy and q.npy have the same size");
    expect(await last({}, 24)).to.throw("other numbers of rows: 24 and 23");
    expect(await last({ began: "2026-02-01T00:00:00.000Z", arrayStart: 0 })).not.to.throw();
  });

  it("that lack one of them are not joined, and the shards to run again are named", async () => {
    expect(() => findParts(folder)).to.throw("expected parts of a job, found none");
    for (const place of [1, 3]) await finish(place);
    const parts = findParts(folder);
    expect(parts.missing).to.deep.equal([0, 2]);
    expect(() => mergedRecords(parts))
      .to.throw("expected 4 parts, found 2")
      .with.property("hint", "run these again: 1,3");
  });
});

describe("the rows of a shard", () => {
  it("of a triangle have the same number of pairs, up to those of a row, and follow one another", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 300 }), (rows, count) => {
        fc.pre(count <= rows);
        const wanted = (rows * rows) / 2 / count;
        let next = 0;
        for (let index = 0; index < count; index++) {
          const [first, end] = rowsOfTriangle({ index, count }, rows);
          expect(first).to.equal(next);
          expect(end).to.be.above(first);
          const found = ((rows - first) ** 2 - (rows - end) ** 2) / 2;
          if (index < count - 1) expect(Math.abs(found - wanted)).to.be.at.most(2 * rows);
          next = end;
        }
        expect(next).to.equal(rows);
      }),
    );
    expect(() => rowsOfTriangle({ index: 0, count: 3 }, 2)).to.throw("at most a shard for each of 2 rows");
  });
});

describe("a line of a record", () => {
  it("keeps every bit of a number, and every text", () => {
    const cell = fc.oneof(fc.double(), fc.integer(), fc.string({ unit: "binary" }), fc.constant(null));
    fc.assert(
      fc.property(fc.array(fc.oneof(cell, fc.array(cell))), (cells) => {
        const line = recordLine(cells);
        expect(line.indexOf("\n")).to.equal(line.length - 1);
        const read = recordOf(line);
        expect(read).to.have.length(cells.length);
        const same = (a: unknown, b: unknown): boolean =>
          Array.isArray(a) && Array.isArray(b)
            ? a.length === b.length && a.every((x, k) => same(x, b[k]))
            : Object.is(a, b);
        expect(same(read, cells), line).to.equal(true);
      }),
    );
  });
});

describe("ranges", () => {
  it("lists whole numbers as sbatch takes them", () => {
    expect(ranges([])).to.equal("");
    expect(ranges([0, 2, 3, 4, 9])).to.equal("0,2-4,9");
    expect(ranges([7, 8])).to.equal("7-8");
  });
});
