import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect } from "chai";
import fc from "fast-check";
import { runCommandLine } from "#dist/cli/run.js";
import { npyBytes } from "../npy-bytes.js";
import { randomRows } from "../reference.js";

const [ROWS, COLUMNS] = [23, 31];

/** Something that happens to the part of a shard: a worker is killed before it ends, or a byte changes. */
interface Accident {
  readonly kind: "killed" | "changed";
  readonly shard: number;
  /** Where, as a share of the part. */
  readonly at: number;
}

const accident: fc.Arbitrary<Accident> = fc.record({
  kind: fc.constantFrom("killed" as const, "changed" as const),
  shard: fc.nat(ROWS - 1),
  at: fc.double({ min: 0.02, max: 0.98, noNaN: true }),
});

const LINES: readonly (readonly [line: string, formats: readonly string[]])[] = [
  ["mine a.npy b.npy --checkpoint 2", ["csv", "json"]],
  ["mine a.csv b.csv --labels label --as lists --relative-margin 0.1 --negatives 3", ["parquet", "json"]],
  ["mine a.csv b.csv --positives pairs.txt --kind random --seed 3 --as tuples --carry label", ["csv"]],
  ["cosine a.csv c.npy --header yes", ["csv", "json"]],
  ["euclidean a.npy", ["npy", "parquet"]],
  ["dot a.csv b.csv --paired --dtype f32", ["json", "csv"]],
  ["manhattan c.npy a.csv --transpose", ["safetensors"]],
  ["eval a.npy b.npy --checkpoint 3", ["json", "csv"]],
  ["eval a.csv --labels label --metric euclidean", ["json"]],
  ["eval a.csv b.csv --qrels pairs.txt --per-query --metrics all", ["csv"]],
  ["loss a.csv b.csv --margin 0.1,0.3 --checkpoint 2", ["json", "csv"]],
  ["loss a.csv --labels label --kind triplet --mining semi-hard", ["json"]],
  ["loss a.npy b.npy --kind infonce --total", ["csv"]],
  ["loss a.csv b.csv --labels label --kind contrastive --reduction mean", ["parquet"]],
];

describe("commands in shards", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "simcli-commands-"));
    const sets = { a: randomRows(ROWS, 5, 1), b: randomRows(ROWS, 5, 2), c: randomRows(COLUMNS, 5, 3) };
    for (const [name, rows] of Object.entries(sets)) {
      writeFileSync(join(folder, `${name}.npy`), npyBytes(Float64Array.from(rows.flat()), [rows.length, 5]));
      const lines = rows.map((row, i) => [`${name}${i}`, `l${i % 4}`, ...row].join(","));
      writeFileSync(join(folder, `${name}.csv`), ["id,label,x1,x2,x3,x4,x5", ...lines, ""].join("\n"));
    }
    const pairs = Array.from({ length: ROWS }, (_, i) => `a${i} b${(i * 7) % ROWS}\na${i} b${(i * 3 + 1) % ROWS}\n`);
    writeFileSync(join(folder, "pairs.txt"), pairs.slice(0, ROWS - 2).join(""));
  });
  after(() => rmSync(folder, { recursive: true }));

  const path = (name: string) => join(folder, name);

  /** Runs a command line in this process; names of files are those of the folder. */
  async function simcli(line: string): Promise<{ code: number; stdout: string; stderr: string }> {
    const words = line.split(" ").map((word) => (/\.|parts/.test(word) && !/^[\d.,]+$/.test(word) ? path(word) : word));
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const code = await runCommandLine(words, { stdin, stdout, stderr, env: {} });
    return { code, stdout: String(stdout.read() ?? ""), stderr: String(stderr.read() ?? "") };
  }

  const done = async (line: string) => {
    const { code, stderr } = await simcli(line);
    expect(stderr, line).to.equal("");
    expect(code, line).to.equal(0);
  };

  /** Does to a part what an accident does; nothing if it is not there. */
  function happen({ kind, shard, at }: Accident): void {
    const names = readdirSync(path("parts")).filter((name) => !name.startsWith("."));
    const name = names[shard % names.length];
    if (name === undefined) return;
    const part = path(`parts/${name}`);
    const bytes = readFileSync(part);
    const place = Math.floor(at * bytes.length);
    if (kind === "killed") {
      truncateSync(part, place);
      renameSync(part, path(`parts/.${name}.worker.partial`));
    } else {
      bytes[place]! ^= 1;
      writeFileSync(part, bytes);
    }
  }

  for (const [line, formats] of LINES) {
    it(`are merged to the bytes of one run after any accidents, or what to run again is named: ${line}`, async function () {
      this.timeout(120_000);
      for (const format of formats) await done(`${line} -q -o one.${format}`);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: ROWS }).chain((n) =>
            fc.record({
              order: fc.shuffledSubarray(
                Array.from({ length: n }, (_, shard) => shard + 1),
                { minLength: n },
              ),
              accidents: fc.array(accident, { maxLength: 3 }),
              format: fc.constantFrom(...formats),
            }),
          ),
          async ({ order, accidents, format }) => {
            rmSync(path("parts"), { recursive: true, force: true });
            const n = order.length;
            for (const shard of order) await done(`${line} -q --shard ${shard}/${n} -o parts`);
            for (const one of accidents) happen(one);
            const first = await simcli(`merge parts -q -o merged.${format}`);
            if (first.code !== 0) expect(first.stderr).to.match(/expected (\d+ parts|parts of a job)/);
            for (const [k, shard] of first.code === 0 ? [] : order.entries()) {
              const { stdout, code } = await simcli("merge parts --missing");
              const missing = code === 0 ? stdout.trim().split(/[,\n]/) : [String(shard)];
              if (missing[0] === "") break;
              expect(k).to.be.below(order.length);
              await done(`${line} -q --shard ${missing[0]!.split("-")[0]}/${n} -o parts`);
            }
            await done(`merge parts -q -o merged.${format}`);
            const [one, merged] = ["one", "merged"].map((name) => readFileSync(path(`${name}.${format}`)));
            expect(Buffer.compare(one!, merged!), format).to.equal(0);
          },
        ),
        { numRuns: 8 },
      );
    });
  }
});
