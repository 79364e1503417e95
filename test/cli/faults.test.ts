import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runCommandLine } from "#dist/cli/run.js";
import { npyBytes } from "../npy-bytes.js";
import { fakeStreams } from "../shell/fake-streams.js";
import { FailingFiles } from "./failing-files.js";

const CODES = ["EIO", "ENOSPC", "EACCES", "EMFILE"];

describe("faults of the file system", () => {
  const folder = mkdtempSync(join(tmpdir(), "simcli-faults-"));
  const at = (name: string) => join(folder, name);
  let files: FailingFiles;

  before(() => {
    const rows = Float64Array.from({ length: 40 }, (_, i) => Math.sin(i + 1));
    writeFileSync(at("a.npy"), npyBytes(rows, [10, 4]));
    writeFileSync(
      at("a.csv"),
      `${Array.from({ length: 10 }, (_, i) => `r${i},${rows.slice(4 * i, 4 * i + 4).join(",")}`).join("\n")}\n`,
    );
    writeFileSync(at("m.csv"), "1,0.5,0\n0.5,1,0.1\n0,0.1,1\n");
    writeFileSync(at("q.txt"), "r0 r1 1\nr2 r3 1\n");
    writeFileSync(at("gz.csv.gz"), "not gzip\n");
    files = new FailingFiles(folder);
  });

  after(() => {
    files.close();
    rmSync(folder, { recursive: true });
  });

  async function run(line: string) {
    const streams = fakeStreams({ isTTY: false });
    const code = await runCommandLine(
      line.split(" ").map((word) => (/^[\w/]+\.\w+$|^parts$/.test(word) ? at(word) : word)),
      streams,
    );
    return { code, ...streams.said };
  }

  /** Names in the folder that were not there before. */
  const names = () => (readdirSync(folder, { recursive: true }) as string[]).sort();
  const contentOf = (name: string) => (existsSync(at(name)) ? readFileSync(at(name)).toString("base64") : null);

  /** Makes each call fail in turn, and returns the number of calls. */
  async function eachFault(
    line: string,
    check: (ended: Awaited<ReturnType<typeof run>>, what: string) => Promise<void> | void,
  ) {
    for (let call = 1; ; call++) {
      for (const code of call % 2 ? CODES.slice(0, 2) : CODES.slice(2)) {
        let ended: Awaited<ReturnType<typeof run>> | null = null;
        const failed = await files.during(call, code, async () => {
          ended = await run(line);
        });
        if (!failed) return call - 1;
        const what = `${line}: ${code} of call ${call}: ${ended!.stderr}`;
        const { code: exit, stderr } = ended!;
        expect(exit, what).to.be.oneOf([0, 1]);
        // A note about what was found may precede the error.
        const lines = /^(?:simcli: [^\n]+\n)?simcli: [^\n]+\n(?:hint: [^\n]+\n)?$/;
        if (exit === 1) expect(stderr, what).to.match(lines).and.to.not.include("internal error");
        await check(ended!, what);
      }
    }
  }

  for (const [line, output, calls] of [
    ["cosine a.csv -o out.csv", "out.csv", 10],
    ["cosine a.npy a.csv --paired -o out.npy", "out.npy", 10],
    ["topk a.npy -k 2 -o out.jsonl", "out.jsonl", 10],
    ["convert a.csv -o out.parquet", "out.parquet", 10],
    ["convert a.npy -o out.arrow", "out.arrow", 10],
    ["loss m.csv -o out.json", "out.json", 10],
    ["eval a.csv a.csv --qrels q.txt -o out.json", "out.json", 10],
    ["dedupe a.csv -o out.csv", "out.csv", 10],
    ["noise a.npy --seed 1 -o out.npy", "out.npy", 10],
  ] as const) {
    it(`${line}: the output is whole, or the old one, and nothing else is left`, async () => {
      const { code, stderr } = await run(line);
      expect(code, stderr).to.equal(0);
      const whole = contentOf(output);
      for (const old of [null, Buffer.from("old\n").toString("base64")]) {
        const reset = () => (old === null ? rmSync(at(output), { force: true }) : writeFileSync(at(output), "old\n"));
        reset();
        const before = names();
        const made = await eachFault(line, ({ code: exit }, what) => {
          expect(contentOf(output), what).to.equal(exit === 0 ? whole : old);
          if (exit === 0) reset();
          expect(names(), what).to.deep.equal(before);
        });
        expect(made).to.be.above(calls);
      }
      rmSync(at(output), { force: true });
    });
  }

  for (const line of ["describe a.csv", "cosine a.npy", "eval a.csv a.csv --qrels q.txt --json"]) {
    it(`${line}: the result is whole, or there is none`, async () => {
      const { stdout } = await run(line);
      const calls = await eachFault(line, (ended, what) => {
        expect(ended.stdout, what).to.equal(ended.code === 0 ? stdout : "");
      });
      expect(calls).to.be.above(2);
    });
  }

  it("a shard: the next try finishes it, and merge writes the result of one run", async () => {
    expect((await run("topk a.csv -k 2 -o out.csv")).code).to.equal(0);
    const whole = contentOf("out.csv");
    const shard = (i: number) => `topk a.csv -k 2 --shard ${i}/2 -o parts`;
    const merged = async () => {
      for (const i of [1, 2]) expect((await run(shard(i))).code).to.equal(0);
      expect((await run("merge parts -o out.csv")).code).to.equal(0);
      return contentOf("out.csv");
    };
    mkdirSync(at("parts"));
    await eachFault(shard(1), async (_, what) => {
      rmSync(at("out.csv"), { force: true });
      expect(await merged(), what).to.equal(whole);
      expect(readdirSync(at("parts")).length, what).to.equal(2);
      rmSync(at("parts"), { recursive: true });
      mkdirSync(at("parts"));
    });
    await merged();
    await eachFault("merge parts -o out.csv", ({ code }, what) => {
      if (code === 0) expect(contentOf("out.csv"), what).to.equal(whole);
      expect(readdirSync(at("parts")).length, what).to.equal(2);
    });
  });
});
