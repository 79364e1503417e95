import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { workplace } from "../cli/run.js";
import { npyBytes } from "../npy-bytes.js";
import { randomRows, root } from "../reference.js";

const [SHARDS, ROWS, CORPUS, D] = [40, 400, 20000, 64];
const isInstalled = (...programs: readonly string[]) =>
  programs.every((program) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0);

describe("a search in shards on a scheduler", function () {
  this.timeout(240_000);
  const place = workplace();
  const numbers = (rows: number, seed: number) =>
    npyBytes(
      Float64Array.from(randomRows(rows, D, seed).flat(), (x) => Math.round(3 * x)),
      [rows, D],
    );
  const file = (name: string) => readFileSync(place.path(name), "utf8");
  // Its name tells the workers of this test from those of another one.
  const queries = `q-${process.pid}.npy`;
  const line = `simcli topk ${queries} c.npy -k 5 --zero-vectors zero --threads 1`;
  const sh = (command: string, env = {}) => {
    const ended = place.bash(command, env);
    expect(ended.code, `${command}: ${ended.stderr}`).to.equal(0);
    return ended.stdout;
  };
  before(() => {
    place.write(queries, numbers(ROWS, 1));
    place.write("c.npy", numbers(CORPUS, 2));
    sh(`${line} -o one.csv`);
  });

  /** Kills workers with SIGKILL at a few moments. */
  const KILLS = `for wait in 0.9 0.7 1.1; do sleep $wait; pkill -9 -f "simcli[.]js topk ${queries} c.npy.*--shard" || true; done`;

  it("by GNU parallel gives the bytes of one run, although workers are killed", function () {
    if (!isInstalled("parallel", "pkill")) this.skip();
    const run = `parallel --will-cite --joblog log.txt --resume-failed -j 2 ${line} --shard {}/${SHARDS} -o parts/ ::: $(seq ${SHARDS})`;
    place.bash(`${run} & ${KILLS}; wait`);
    for (let tries = 0; tries < 5 && place.bash("simcli merge parts --missing").stdout !== ""; tries++) place.bash(run);
    sh("simcli merge parts -o merged.csv");
    expect(file("merged.csv") === file("one.csv")).to.equal(true);
  });

  describe("Slurm", () => {
    let env: Record<string, string> = {};
    before(function () {
      if (process.getuid?.() !== 0 || !isInstalled("slurmctld", "slurmd", "munged", "pkill")) this.skip();
      const started = spawnSync(join(root, "test/clusters/slurm.sh"), [place.path("slurm")], {
        encoding: "utf8",
        timeout: 60_000,
      });
      if (started.status !== 0) this.skip();
      env = { SLURM_CONF: started.stdout.trim() };
    });
    after(() => {
      if (!env.SLURM_CONF) return;
      place.bash(
        "scancel --user root; scontrol shutdown; sleep 1; pkill -F slurm/slurmd.pid; pkill -F slurm/slurmctld.pid",
        env,
      );
    });

    it("gives the bytes of one run, although workers, jobs and the node's daemon are killed", () => {
      place.write(
        "job.sh",
        `#!/bin/bash
#SBATCH --array=0-${SHARDS - 1}%2
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=job.txt
exec ${line} --shard auto/${SHARDS} -o array/
`,
      );
      const settle = 'for _ in $(seq 120); do [ -z "$(squeue --noheader)" ] && break; sleep 0.5; done';
      const daemon = "kill -9 $(cat slurm/slurmd.pid); sleep 1; slurmd -N $(hostname -s)";
      sh(`sbatch job.sh; ${KILLS}; scancel --state=RUNNING --user root; ${daemon}; ${settle}`, env);
      const missing = () => sh("simcli merge array --missing").trim();
      for (let tries = 0; tries < 5 && missing() !== ""; tries++)
        sh(`sbatch --array=${missing()} job.sh; ${settle}`, env);
      expect(missing()).to.equal("");
      expect(readdirSync(place.path("array")).filter((name) => name.endsWith(".jsonl"))).to.have.length(SHARDS);
      sh("simcli merge array -o merged.csv");
      expect(file("merged.csv") === file("one.csv")).to.equal(true);
    });

    it("gives the bytes of one run after the disk was full in the midst of the array", function () {
      // A disk with room for about half of the parts, which take a block of 4096 bytes each at least.
      sh("mkdir -p disk");
      if (place.bash(`mount -t tmpfs -o size=${2 * SHARDS}k parts disk`).code !== 0) this.skip();
      try {
        place.write(
          "full.sh",
          `#!/bin/bash
#SBATCH --array=0-${SHARDS - 1}%2
#SBATCH --output=full-%a.txt
exec ${line} --shard auto/${SHARDS} -o disk/parts/
`,
        );
        const settle = 'for _ in $(seq 120); do [ -z "$(squeue --noheader)" ] && break; sleep 0.5; done';
        sh(`sbatch full.sh; ${settle}`, env);
        const failed = readdirSync(place.folder).filter((name) => /^full-\d+\.txt$/.test(name) && file(name) !== "");
        expect(failed.length).to.be.within(1, SHARDS - 1);
        for (const name of failed)
          expect(file(name)).to.equal(
            "simcli: disk/parts/: no space left on the disk\nhint: free some space, or write to another disk\n",
          );
        const missing = sh("simcli merge disk/parts --missing").trim();
        expect(readdirSync(place.path("disk/parts"))).to.have.length(SHARDS - failed.length);
        sh("mount -o remount,size=10m disk");
        sh(`sbatch --array=${missing} full.sh; ${settle}`, env);
        sh("simcli merge disk/parts -o merged.csv");
        expect(file("merged.csv") === file("one.csv")).to.equal(true);
      } finally {
        place.bash("umount disk");
      }
    });
  });
});
