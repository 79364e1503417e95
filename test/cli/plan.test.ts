import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { wordsOf } from "#dist/commands/plan/planned-line.js";
import { costOf, numbersAround, shardsWithin } from "#dist/commands/plan/shard-costs.js";
import { npyBytes } from "../npy-bytes.js";
import { randomRows, root } from "../reference.js";
import { faultsOfJob, type JobFields } from "./job-schema.js";
import { workplace } from "./run.js";

const file = (rows: number, fileRows: number) => ({
  rows,
  dimensions: 100,
  isFloat: true,
  fileRows,
  isEstimate: false,
  fileBytes: 400 * fileRows,
});
const costs = {
  queries: file(1000, 1_000_000),
  corpus: file(50_000, 2_000_000),
  startSeconds: 0.5,
  secondsPerPair: 1e-9,
  readBytesPerSecond: 1e9,
  threads: 4,
};

describe("the costs of shards", () => {
  it("are start, reading and products of the rows of one shard", () => {
    const one = costOf(1, costs);
    expect(one.seconds).to.be.closeTo(0.5 + 0.8 + 0.4 + 2000, 1e-6);
    expect(one.coreHours).to.be.closeTo((4 * one.seconds) / 3600, 1e-9);
    expect(one.readBytes).to.equal(1.2e9);
    const ten = costOf(10, costs);
    expect(ten.seconds).to.be.closeTo(0.5 + 0.8 + 0.04 + 200, 1e-6);
    expect(ten.readBytes).to.equal(8.4e9);
    expect(ten.memoryBytes).to.be.below(one.memoryBytes);
  });

  it("give the least number of shards within a time", () => {
    expect(shardsWithin(3000, costs)).to.equal(1);
    const shards = shardsWithin(60, costs);
    expect(costOf(shards, costs).seconds).to.be.at.most(60);
    expect(costOf(shards - 1, costs).seconds).to.be.above(60);
    // Reading alone takes longer.
    expect(shardsWithin(0.1, costs)).to.equal(1_000_000);
    expect(numbersAround(40, 1000)).to.deep.equal([1, 10, 20, 40, 80, 160]);
    expect(numbersAround(1, 3)).to.deep.equal([1, 2, 3]);
  });
});

describe("the words of a command line", () => {
  it("are split as a shell does", () => {
    expect(wordsOf(`topk  'a b.npy' "c\\"d" e\\ f -k 3`)).to.deep.equal(["topk", "a b.npy", 'c"d', "e f", "-k", "3"]);
    expect(wordsOf("")).to.deep.equal([]);
    expect(wordsOf("a ''")).to.deep.equal(["a", ""]);
    expect(() => wordsOf("topk 'a")).to.throw("expected another '");
  });
});

describe("simcli plan", function () {
  this.timeout(60_000);
  const place = workplace();
  before(() => {
    place.write("q q.npy", npyBytes(Float64Array.from(randomRows(300, 8, 1).flat()), [300, 8]));
    place.write("c.npy", npyBytes(Float64Array.from(randomRows(900, 8, 2).flat()), [900, 8]));
    place.bash("simcli convert c.npy -o c.csv");
  });

  it("prints the cost of each number of shards, and recommends one", () => {
    const { code, stdout, stderr } = place.bash(`simcli plan "topk 'q q.npy' c.npy -k 3" --json`);
    expect(stderr).to.equal("");
    expect(code).to.equal(0);
    const rows = JSON.parse(stdout) as { shards: number; recommended: string | null }[];
    expect(rows.filter(({ recommended }) => recommended === "yes").map(({ shards }) => shards)).to.deep.equal([1]);
    expect(place.bash(`simcli plan "topk 'q q.npy' c.npy" -f table`).stdout).to.contain("300 × 900 rows of 8: 1 shard");
  });

  it("tells where rows are estimated, and takes text and one file", () => {
    const { code, stdout } = place.bash(
      "simcli plan 'simcli topk c.csv --header no --id-column 1 -k 2' -f csv --shards 7",
    );
    expect(code).to.equal(0);
    expect(stdout.split("\n")).to.have.length(3);
    expect(stdout).to.match(/\n7,/);
  });

  it("prints jobs that run as they are", () => {
    const line = `simcli plan "topk 'q q.npy' c.npy -k 3" --shards 4 --parallel 2 --emit`;
    const slurm = place.bash(`${line} slurm > job.sh; bash -n job.sh; cat job.sh`).stdout;
    expect(slurm).to.match(/^#!\/bin\/bash\n/);
    expect(slurm).to.contain("#SBATCH --array=0-3%2\n");
    place.bash("simcli topk 'q q.npy' c.npy -k 3 -o one.csv");
    const one = place.bash("cat one.csv").stdout;
    for (let k = 0; k < 4; k++) {
      const ended = place.bash("bash job.sh", {
        SLURM_ARRAY_TASK_ID: `${k}`,
        SLURM_ARRAY_TASK_MAX: "3",
        SLURM_CPUS_PER_TASK: "1",
      });
      expect(ended.code, ended.stderr).to.equal(0);
    }
    expect(place.bash("simcli merge parts -f csv").stdout).to.equal(one);
    place.bash("rm -r parts");
    const make = place.bash(`${line} make > Makefile; make -k -j 2 && cat result.csv`);
    if (make.code !== 127) expect(make.stdout).to.contain(one);
    place.bash("rm -rf parts result.csv");
    const parallel = place.bash(`${line} parallel > run.sh; command -v parallel && bash run.sh && cat result.csv`);
    if (parallel.code === 0) expect(parallel.stdout).to.contain(one);
  });

  it("prints an Indexed Job of Kubernetes, whose command makes the parts", () => {
    const line = `simcli plan "topk 'q q.npy' c.npy -k 3" --shards 4 --parallel 2 --emit kubernetes`;
    const job = load(place.bash(line).stdout) as JobFields;
    expect(faultsOfJob(job)).to.deep.equal([]);
    expect(job).to.include({ apiVersion: "batch/v1", kind: "Job" });
    const { template, ...spec } = job.spec;
    expect(spec).to.include({ completions: 4, parallelism: 2, completionMode: "Indexed", maxFailedIndexes: 4 });
    // What a Job does not allow: a policy of Always, and more failed indexes than completions.
    expect(template.spec.restartPolicy).to.equal("Never");
    const [{ command }] = template.spec.containers;
    place.bash("rm -rf parts; simcli topk 'q q.npy' c.npy -k 3 -o one.csv");
    for (let k = 0; k < 4; k++) {
      const words = command.map((word) => `'${word}'`).join(" ");
      const ended = place.bash(words, { JOB_COMPLETION_INDEX: `${k}` });
      expect(ended.code, ended.stderr).to.equal(0);
    }
    expect(place.bash("simcli merge parts -f csv").stdout).to.equal(place.bash("cat one.csv").stdout);
    // Faults are found.
    expect(faultsOfJob({ ...job, spec: { ...spec, completions: "4", complete: 1 } })).to.deep.equal([
      "spec.complete: no such field",
      "spec.template: required",
      'spec.completions: expected integer, found "4"',
    ]);
  });

  it("is the Job of docs/clusters.md", () => {
    const text = readFileSync(join(root, "docs/clusters.md"), "utf8");
    const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
    expect(faultsOfJob(load(yaml ?? ""))).to.deep.equal([]);
  });

  it("names what is wrong", () => {
    place.write("zero.csv", "1,2,3\n0,0,0\n1,1,1\n");
    place.write("a{}.csv", "1,2\n3,4\n");
    for (const [line, message] of [
      ["plan 'cosine a.csv b.csv'", "expected a command line of topk or mine, found cosine"],
      ["plan ''", "expected a command line of topk or mine, found none"],
      ["plan 'topk -k 3'", "missing required argument"],
      ["plan 'topk a.csv b.csv c.csv'", "too many arguments"],
      ["plan 'topk - a.csv'", "expected files, found -"],
      ["plan 'topk a.csv --shard 1/2'", "expected no --shard, which shards do not take"],
      ["plan 'mine a.csv b.csv --mutual'", "expected no --mutual, which shards do not take"],
      ["plan 'mine a.csv b.csv --by csls'", "expected no --by, which shards do not take"],
      ["plan 'topk a.csv --corpus-shard 1/2'", "expected no --corpus-shard, which shards do not take"],
      ["plan 'topk a.csv -f parquet'", "expected no --format, which shards do not take"],
      ["plan 'topk missing.npy'", "missing.npy"],
      ["plan 'topk a.csv --metric nonsense'", "nonsense"],
      ["plan 'topk a.csv' --time 5", "expected a duration with s, m or h"],
      ["plan 'topk a.csv' --emit slurm --json", "expected no format with it"],
      ["plan 'topk a{}.csv' --emit parallel", "without {}, which GNU parallel replaces, found a{}.csv"],
      ["plan topk a.csv b.csv --time 5m", "hint: simcli plan 'topk a.csv b.csv' --time 5m\n"],
      ["plan topk a.csv -k 3", "hint: simcli plan 'topk a.csv -k 3'\n"],
      [
        "plan 'topk zero.csv a.csv -k 2'",
        "zero.csv: row 1: expected a direction, found a zero vector\nhint: zero counts its similarities as 0, nan as NaN: simcli plan 'topk zero.csv a.csv -k 2 --zero-vectors zero'\n",
      ],
    ] as const) {
      const { code, stderr } = place.bash(`simcli ${line}`);
      expect(stderr, line).to.contain(message);
      expect(stderr, line).not.to.match(/internal error|\n {4}at /);
      expect(code, line).to.be.within(1, 2);
    }
  });
});
