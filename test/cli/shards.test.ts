import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { npyBytes } from "../npy-bytes.js";
import { randomRows } from "../reference.js";
import { environment, simcli, workplace } from "./run.js";

const numbers = (rows: number, d: number, seed: number) => Float64Array.from(randomRows(rows, d, seed).flat());

describe("simcli --shard and merge", () => {
  const place = workplace();
  before(() => {
    place.write("q.npy", npyBytes(numbers(203, 16, 1), [203, 16]));
    // Small integers: many scores are equal.
    const whole = numbers(500, 16, 2).map((x) => Math.round(2 * x));
    place.write("c.npy", npyBytes(whole, [500, 16]));
    place.bash("simcli convert c.npy -o c.csv");
    place.bash("simcli convert c.csv --header no -o c.arrow; simcli convert q.npy -o q.parquet");
    place.write(
      "names.csv",
      `id,text,size\n${Array.from({ length: 500 }, (_, k) => `r${k},t${k % 7},${(k % 5) / 2}\n`).join("")}`,
    );
    place.write("labels.txt", Array.from({ length: 500 }, (_, k) => `l${k % 7}\n`).join(""));
  });

  const file = (name: string) => readFileSync(place.path(name), "utf8");

  /** Runs all shards of a command, and merges them. @param corpusShards how many of the corpus; 0 if it is not divided. */
  async function merged(
    command: string,
    shards: number,
    folder: string,
    output: string,
    corpusShards = 0,
  ): Promise<void> {
    for (let at = shards * Math.max(1, corpusShards) - 1; at >= 0; at--) {
      const shard = Math.floor(at / Math.max(1, corpusShards)) + 1;
      const ofCorpus = corpusShards > 0 ? ` --corpus-shard ${(at % corpusShards) + 1}/${corpusShards}` : "";
      const { code, stderr } = place.bash(
        `simcli ${command} --shard ${shard}/${shards}${ofCorpus} -o ${folder}/ --quiet`,
      );
      expect(stderr).to.equal("");
      expect(code).to.equal(0);
    }
    expect(place.bash(`simcli merge ${folder} -o ${output}`)).to.deep.equal({ code: 0, stdout: "", stderr: "" });
  }

  for (const [name, command, blocks = ""] of [
    ["two files", "topk q.npy c.npy -k 7 --zero-vectors zero"],
    ["a file and itself", "topk c.npy -k 7 --zero-vectors zero"],
    ["distances, in blocks", "topk q.npy c.npy -k 7 --metric euclidean", "--checkpoint 11"],
    ["text with ids", "topk c.csv --header no --id-column 1 -k 3 --metric manhattan"],
    ["labels in a file", "topk c.npy -k 3 --zero-vectors zero --labels labels.txt"],
    ["a bound that leaves out many", "topk q.npy c.npy -k 3 --min-score 0.7 --zero-vectors zero"],
    ["quantised vectors", "topk q.npy c.npy -k 3 --quantize int8 --rescore 4 --zero-vectors zero"],
    [
      "columns of a table",
      "topk q.parquet c.npy -k 3 --zero-vectors zero --records none --records names.csv --carry text,size",
    ],
    ["pairs", "pairs c.npy --min-score 0.6 --zero-vectors zero"],
    ["the best pairs, in blocks", "pairs c.csv --min-score 0.6 --zero-vectors zero --max-pairs 20", "--checkpoint 23"],
    ["pairs of two files, in blocks", "pairs q.parquet c.arrow --min-score 0.6 --zero-vectors zero", "--checkpoint 9"],
    ["pairs with columns of a table", "pairs c.npy --min-score 5 --metric euclidean --records names.csv --carry text"],
    [
      "groups, in blocks",
      "pairs c.npy --min-score 0.6 --zero-vectors zero --groups --labels labels.txt",
      "--checkpoint 23",
    ],
    [
      "large groups",
      "pairs c.arrow --min-score 0.6 --zero-vectors zero --groups --min-size 3 --records names.csv --carry text",
    ],
  ] as const) {
    it(`write parts that merge to the bytes of one run: ${name}`, async () => {
      const folder = name.replaceAll(/\W/g, "");
      for (const [k, format] of ["csv", "json", "parquet"].entries()) {
        expect(place.bash(`simcli ${command} -q -o one.${format}`).code).to.equal(0);
        const shards = [1, 5, 16][k]!;
        await merged(`${command} ${blocks}`, shards, `${folder}${shards}`, `merged.${format}`);
        const [one, joined] = ["one", "merged"].map((file) => readFileSync(place.path(`${file}.${format}`)));
        expect(Buffer.compare(one!, joined!), format).to.equal(0);
      }
      const table = place.bash(`simcli ${command} -q -f table`);
      expect(place.bash(`simcli merge ${folder}5 -f table`).stdout).to.equal(table.stdout);
    });
  }

  for (const [name, command, blocks = ""] of [
    ["two files", "topk q.npy c.npy -k 7 --zero-vectors zero", "--checkpoint 31"],
    ["text with ids and labels", "topk q.npy c.csv --header no -k 3 --labels 3 --columns 2,4-9 --metric euclidean"],
    ["a file and itself", "topk c.arrow -k 3 --zero-vectors zero --min-score 0.5"],
    [
      "columns of a table",
      "topk q.npy c.npy -k 3 --zero-vectors zero --records none --records names.csv --carry text,size",
    ],
    ["quantised vectors", "topk q.npy c.npy -k 3 --quantize int8 --zero-vectors zero"],
  ] as const) {
    it(`write parts of queries and corpus that merge to the bytes of one run: ${name}`, async () => {
      const folder = `grid${name.replaceAll(/\W/g, "")}`;
      const isSame = (format: string) => {
        const [one, joined] = ["one", "merged"].map((file) => readFileSync(place.path(`${file}.${format}`)));
        expect(Buffer.compare(one!, joined!), format).to.equal(0);
      };
      for (const format of ["csv", "json"])
        expect(place.bash(`simcli ${command} -q -o one.${format}`).stderr).to.equal("");
      await merged(`${command} ${blocks}`, 2, folder, "merged.csv", 3);
      isSame("csv");
      place.bash(`simcli merge ${folder} -o merged.json`);
      isSame("json");
    });
  }

  it("read a corpus in parts if it does not fit in memory, and keep what each block has found", function () {
    this.timeout(60_000);
    place.write("wide.npy", npyBytes(numbers(6000, 256, 5), [6000, 256]));
    place.write("few.npy", npyBytes(numbers(40, 256, 6), [40, 256]));
    const command = "simcli topk few.npy wide.npy -k 3 --max-memory 113MB --verbose";
    place.bash("simcli topk few.npy wide.npy -k 3 -o one.csv");
    for (const shard of ["--shard 1/2", "--shard 2/2"])
      expect(place.bash(`${command} ${shard} --checkpoint 7 -o small`).stderr).to.contain("rows in parts");
    expect(file("small/part-00001-of-00002.jsonl").match(/"rowsDone"/g)).to.have.length(3);
    place.bash("simcli merge small -o merged.csv");
    expect(file("merged.csv")).to.equal(file("one.csv"));
    // Also the later rows of one file, of which the first shard has few.
    const pairs = "simcli pairs wide.npy --min-score 0.25";
    place.bash(`${pairs} -o one.csv`);
    for (let shard = 1; shard <= 8; shard++) {
      const some = place.bash(`${pairs} --max-memory 124MB --verbose --shard ${shard}/8 --checkpoint 200 -o smaller`);
      expect(some.code, some.stderr).to.equal(0);
      if (shard === 1) expect(some.stderr).to.contain("rows in parts");
    }
    place.bash("simcli merge smaller -o merged.csv");
    expect(file("one.csv").length).to.be.above(1000);
    expect(file("merged.csv")).to.equal(file("one.csv"));
  });

  it("name the shards of queries and corpus to run again", () => {
    const line = "simcli topk q.npy c.npy --zero-vectors zero -o grid";
    place.bash(`for i in 1 2; do for j in 1 2 3; do ${line} --shard $i/2 --corpus-shard $j/3; done; done`);
    place.bash("rm grid/part-00002-of-00006.jsonl grid/part-00006-of-00006.jsonl");
    const missing = place.bash("simcli merge grid --missing").stdout;
    expect(missing).to.equal("--shard 1/2 --corpus-shard 2/3\n--shard 2/2 --corpus-shard 3/3\n");
    expect(place.bash("simcli merge grid -o lacking.csv").stderr).to.contain(
      "run these again: --shard 1/2 --corpus-shard 2/3, ",
    );
    place.bash(`simcli merge grid --missing | while read -r shard; do ${line} $shard; done`);
    expect(place.bash("simcli merge grid --missing").stdout).to.equal("");
    // One array for both.
    const array = { SLURM_ARRAY_TASK_MIN: "0", SLURM_ARRAY_TASK_MAX: "5" };
    const run = (index: number) =>
      place.bash(`${line}s --shard auto/2 --corpus-shard auto/3 --verbose`, {
        ...array,
        SLURM_ARRAY_TASK_ID: `${index}`,
      });
    expect(run(4).stderr).to.contain("shard 2/2, corpus 2/3 by SLURM_ARRAY_TASK_ID=4");
    expect(place.bash("simcli merge grids --missing").stdout).to.equal("0-3,5\n");
  });

  it("take the number of the shard from a scheduler", () => {
    const run = (env: Record<string, string>, folder: string, shards = 4) =>
      place.bash(`simcli topk q.npy c.npy --zero-vectors zero --shard auto/${shards} -o ${folder} --verbose`, env);
    const slurm = (index: number, min: number, max: number) => ({
      SLURM_ARRAY_TASK_ID: `${index}`,
      SLURM_ARRAY_TASK_MIN: `${min}`,
      SLURM_ARRAY_TASK_MAX: `${max}`,
    });
    expect(run(slurm(0, 0, 3), "s0").stderr).to.contain("shard 1/4 by SLURM_ARRAY_TASK_ID=0");
    // A part that is there tells where the array begins, even if only some jobs run again.
    expect(run(slurm(2, 1, 2), "s0").stderr).to.contain("shard 3/4 by SLURM_ARRAY_TASK_ID=2");
    expect(run(slurm(4, 1, 4), "s1").stderr).to.contain("shard 4/4 by");
    expect(place.bash("simcli merge s0 --missing").stdout).to.equal("1,3\n");
    expect(place.bash("simcli merge s1 --missing").stdout).to.equal("1-3\n");
    expect(run({ JOB_COMPLETION_INDEX: "3" }, "k").stderr).to.contain("shard 4/4 by JOB_COMPLETION_INDEX=3");
    expect(run({ PARALLEL_SEQ: "1" }, "p").stderr).to.contain("shard 1/4 by PARALLEL_SEQ=1");
    const unclear = run(slurm(2, 1, 2), "u");
    expect(unclear.code).to.equal(2);
    expect(unclear.stderr).to.contain("expected an array of Slurm that ends at 3 or 4, found SLURM_ARRAY_TASK_ID=2");
    expect(run({}, "n").stderr).to.contain("found none of them");
    expect(run({ JOB_COMPLETION_INDEX: "4" }, "n").stderr).to.contain("expected an index from 0 to 3");
  });

  it("do nothing for a part that is whole, and compute a damaged one again", () => {
    const command = "simcli topk q.npy c.npy --zero-vectors zero --shard 2/3 -o again";
    expect(place.bash(command).stderr).to.equal("");
    const [name] = readdirSync(place.path("again"));
    const path = `again/${name}`;
    const before = file(path);
    expect(place.bash(command)).to.deep.equal({
      code: 0,
      stdout: "",
      stderr: `simcli: ${path} is there and whole: nothing to do\n`,
    });
    writeFileSync(place.path(path), before.replace(/\[\d+,1,/, "[9,1,"));
    expect(place.bash("simcli merge again").stderr).to.contain("expected parts of a job, found 1 that are not whole");
    expect(place.bash(command).stderr).to.equal(`simcli: ${path} is damaged: computed again\n`);
    const lines = (text: string) => text.split("\n").filter((line) => line.startsWith("["));
    expect(lines(file(path))).to.deep.equal(lines(before));
    place.bash(`cp ${path} again/part-00003-of-00003.jsonl`);
    expect(place.bash("simcli merge again --missing").stdout).to.equal("1,3\n");
    expect(place.bash(command.replace("2/3", "3/3")).stderr).to.contain("is damaged: computed again");
    expect(place.bash("simcli merge again --missing").stdout).to.equal("1\n");
    const other = place.bash(`${command} -k 3`);
    expect(other.stderr).to.contain(`${path}: expected a part of this job, found other options: k is 10 and 3`);
    expect(other.code).to.equal(1);
    // Of another shard, too: merge would refuse both after the work.
    place.bash("rm again/part-00003*");
    for (const [change, difference] of [
      ["-k 3 --shard 3/3", "options: k is 10 and 3"],
      ["--shard 3/4", "numbers of shards: 3 and 4"],
    ] as const) {
      const { code, stderr } = place.bash(command.replace("--shard 2/3", change));
      expect(stderr).to.contain(`${path}: expected a part of this job, found other ${difference}`);
      expect(code).to.equal(1);
    }
  });

  it("go on where a worker was killed", async function () {
    this.timeout(60_000);
    const rows = 6000;
    place.write("large.npy", npyBytes(numbers(rows, 64, 3), [rows, 64]));
    const args = ["topk", "large.npy", "-k", "3", "--checkpoint", "100", "--shard", "1/2", "-o", "killed"];
    const ended = await new Promise<NodeJS.Signals | null>((resolve) => {
      const child = spawn(process.execPath, [simcli, ...args], { cwd: place.folder, env: environment() });
      const watch = setInterval(() => {
        const folder = place.path("killed");
        const names = existsSync(folder) ? readdirSync(folder) : [];
        if (names.some((name) => file(`killed/${name}`).includes("rowsDone"))) child.kill("SIGKILL");
      }, 2);
      child.on("close", (_, signal) => {
        clearInterval(watch);
        resolve(signal);
      });
    });
    expect(ended).to.equal("SIGKILL");
    const next = place.bash(`simcli ${args.join(" ")}`);
    expect(next.stderr).to.match(/^simcli: shard 1\/2: goes on after \d+00 of 3000 rows\n$/);
    expect(readdirSync(place.path("killed"))).to.have.length(1);
    place.bash("simcli topk large.npy -k 3 --shard 2/2 -o killed && simcli merge killed -o merged.csv");
    place.bash("simcli topk large.npy -k 3 -o one.csv");
    expect(file("merged.csv") === file("one.csv")).to.equal(true);
  });

  it("are right if several workers write the same part", async function () {
    this.timeout(60_000);
    const line = "simcli topk c.npy -k 3 --zero-vectors zero --checkpoint 7 --shard";
    const parts = [1, 2, 1, 2, 1, 2].map((shard) => `${line} ${shard}/2 -o same -q &`).join(" ");
    expect(place.bash(`${parts} wait`).stderr).to.equal("");
    place.bash("simcli merge same -o merged.csv; simcli topk c.npy -k 3 --zero-vectors zero -o one.csv");
    expect(file("merged.csv")).to.equal(file("one.csv"));
    expect(readdirSync(place.path("same"))).to.have.length(2);
  });

  it("report what is done", () => {
    place.bash("for i in 1 3 4; do simcli topk q.npy c.npy --zero-vectors zero --shard $i/6 -o some; done");
    const status = JSON.parse(place.bash("simcli merge some --status --json").stdout);
    expect(status).to.include({ done: 3, shards: 6, missing: "2,5-6" });
    expect(status.secondsLeft).to.be.at.least(0);
    expect(place.bash("simcli merge some --status").stdout).to.match(/done +3 of 6 shards.*\n.*\nmissing +2,5-6\n/);
    const lacking = place.bash("simcli merge some -o lacking.csv");
    expect(lacking.stderr).to.equal("simcli: some: expected 6 parts, found 3\nhint: run these again: 2,5-6\n");
    expect(lacking.code).to.equal(1);
    expect(existsSync(place.path("lacking.csv"))).to.equal(false);
  });

  it("name the option or the file that is wrong", () => {
    for (const shard of [1, 2]) place.bash(`simcli topk q.npy c.npy --shard ${shard}/2 -o 'p 1'`);
    place.bash("simcli topk q.npy c.npy -k 3 --shard 1/2 -o mixed && cp 'p 1'/part-00002* mixed");
    place.bash("mkdir empty begun && touch begun/.part-00002-of-00003.jsonl.host-1-ab.partial");
    for (const [line, message] of [
      ["topk q.npy c.npy --shard 0/4 -o e", "shards count from 1"],
      ["topk q.npy c.npy --shard 5/4 -o e", "expected a number from 1 to n"],
      ["topk q.npy c.npy --shard 1/4", "--shard: expected a folder for the parts, found none"],
      ["topk q.npy c.npy --shard 1/4 -o e -f json", "expected no format with --shard"],
      ["topk q.npy c.npy --shard 1/4 -o q.npy", "expected a folder for the parts, found a file"],
      ["topk q.npy c.npy --shard 1/4 -o no/such/folder", "no/such/folder: cannot be written: no such folder"],
      ["topk q.npy c.npy --shard 1/400 -o e", "expected at most a shard for each of 203 rows"],
      ["topk - c.npy --shard 1/4 -o e", "--shard: expected files, found -"],
      ["topk q.npy missing.npy --shard 1/4 -o e", "missing.npy"],
      ["topk q.npy c.npy --ground-truth -f ibin --shard 1/4 -o e", "expected no --ground-truth with it"],
      ["topk q.npy c.npy --checkpoint 5", "--checkpoint: expected --shard with it"],
      ["topk q.npy c.npy --shard 1/4 --corpus-shard auto/2 -o e", "--shard auto/4 --corpus-shard auto/2 takes both"],
      ["topk q.npy c.npy --corpus-shard 3/2 -o e", "--corpus-shard"],
      ["topk q.npy c.npy --corpus-shard 1/2 --quantize int8 --rescore 2 -o e", "expected no --rescore with it"],
      ["pairs c.npy --groups communities --shard 1/4 -o e", "a community depends on the pairs of all rows"],
      ["topk q.npy c.npy --shard 1/4 -o e --precision 3", "simcli merge e --precision 3"],
      ["merge q.npy", "q.npy: expected the folder of the parts, found a file\nhint: simcli merge .\n"],
      ["merge 'p 1'/*", "merge: expected the folder of the parts, found 2 paths\nhint: simcli merge 'p 1'\n"],
      ["merge mixed", "found other options: k is 10 and 3\nhint: each job needs a folder of its own"],
      ["merge nothing", "nothing: no such folder"],
      ["merge empty", "empty: expected parts of a job, found none\nhint: --shard 1/40 -o FOLDER writes them"],
      ["merge begun --status", "begun: expected parts of a job, found none that is finished, and 1 that are begun"],
      ["merge e --missing --status", "cannot be used with"],
    ] as const) {
      const { code, stderr } = place.bash(`simcli ${line}`);
      expect(stderr, line).to.contain(message);
      expect(stderr, line).not.to.match(/internal error|\n {4}at /);
      expect(code, line).to.be.within(1, 2);
    }
  });

  it("read only the rows of a shard, and say where all rows are read", () => {
    const bytes = (line: string) => Number(/wrote (\d+)|read c\S+: (\d+)×/.exec(place.bash(line).stderr)?.[2]);
    expect(bytes("simcli topk c.npy --metric dot --shard 2/5 -o r1 --verbose")).to.equal(100);
    expect(place.bash("simcli topk c.csv --metric dot --shard 2/5 -o r2").stderr).to.contain(
      "c.csv: all rows are read for those of a shard",
    );
  });
});
