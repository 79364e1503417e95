import { UsageError } from "../../core/errors.js";
import { shellWord } from "../../core/shell-word.js";
import { commandLine, counted } from "../../shell/report.js";
import type { ShardCost } from "./shard-costs.js";

/** Schedulers for which `--emit` prints a job. */
export const JOB_KINDS = ["slurm", "kubernetes", "parallel", "make"] as const;

export type JobKind = (typeof JOB_KINDS)[number];

/** A job to print. */
export interface Job {
  /** The command and its arguments: `topk`, `q.npy`, … */
  readonly words: readonly string[];
  readonly cost: ShardCost;
  readonly threads: number;
  /** Shards that run at the same time. */
  readonly parallel: number;
}

/** Returns the lines of a job, with those that merge its parts. */
export function jobLines(kind: JobKind, job: Job): string[] {
  return { slurm, kubernetes, parallel, make }[kind](job);
}

const MERGE = "simcli merge parts/ -o result.csv";

/** Time and memory that a job asks for: half more than the estimate. */
const MARGIN = 1.5;
const megabytes = ({ memoryBytes }: ShardCost) => Math.ceil((MARGIN * memoryBytes) / 2 ** 20 / 256) * 256;
const wholeMinutes = ({ seconds }: ShardCost) => Math.max(5, Math.ceil((MARGIN * seconds) / 60));

const shardLine = (words: readonly string[], shard: string) => `${commandLine(words)} --shard ${shard} -o parts/`;

function slurm({ words, cost, threads, parallel }: Job): string[] {
  return [
    "#!/bin/bash",
    `# ${counted(cost.shards, "shard")}; run it again for those that failed: sbatch --array="$(simcli merge parts/ --missing)" FILE`,
    `# then: ${MERGE}`,
    "#SBATCH --job-name=simcli",
    `#SBATCH --array=0-${cost.shards - 1}%${parallel}`,
    `#SBATCH --cpus-per-task=${threads}`,
    `#SBATCH --mem=${megabytes(cost)}M`,
    `#SBATCH --time=${wholeMinutes(cost)}`,
    "#SBATCH --requeue",
    "#SBATCH --open-mode=append",
    "#SBATCH --output=simcli-%a.txt",
    `exec ${shardLine(words, `auto/${cost.shards}`)} --threads "$SLURM_CPUS_PER_TASK"`,
  ];
}

function kubernetes({ words, cost, threads, parallel }: Job): string[] {
  const command = ["simcli", ...words, "--shard", `auto/${cost.shards}`, "-o", "parts/", "--threads", `${threads}`];
  return [
    `# then, in a pod with the same volume: ${MERGE}`,
    "apiVersion: batch/v1",
    "kind: Job",
    "metadata:",
    "  name: simcli",
    "spec:",
    `  completions: ${cost.shards}`,
    `  parallelism: ${Math.min(parallel, cost.shards)}`,
    "  completionMode: Indexed",
    "  backoffLimitPerIndex: 3",
    // With more than 100,000 indexes, at most this many may fail.
    `  maxFailedIndexes: ${Math.min(cost.shards, 10_000)}`,
    "  template:",
    "    spec:",
    "      restartPolicy: Never",
    "      containers:",
    "        - name: simcli",
    "          image: YOUR_IMAGE",
    "          workingDir: /data",
    // JSON is YAML, with every character quoted.
    `          command: ${JSON.stringify(command)}`,
    "          resources:",
    `            requests: { cpu: "${threads}", memory: ${megabytes(cost)}Mi }`,
    "          volumeMounts:",
    "            - { name: data, mountPath: /data }",
    "      volumes:",
    "        - name: data",
    "          persistentVolumeClaim: { claimName: YOUR_CLAIM }",
  ];
}

function parallel({ words, cost, threads, parallel: jobs }: Job): string[] {
  const replaced = words.find((word) => /\{.*\}/.test(word));
  if (replaced !== undefined) {
    throw new UsageError(
      `--emit parallel: expected words without {}, which GNU parallel replaces, found ${replaced}`,
      "a link with another name, or --emit make",
    );
  }
  return [
    "# the same line again runs only what failed",
    `seq ${cost.shards} | parallel --joblog simcli.log --resume-failed -j ${jobs} ${shellWord(`${shardLine(words, `{}/${cost.shards}`)} --threads ${threads}`)}`,
    MERGE,
  ];
}

function make({ words, cost, threads, parallel: jobs }: Job): string[] {
  const number = "$(patsubst shard-%,%,$@)";
  const line = shardLine(words, "SHARD").replaceAll("$", "$$$$").replace("SHARD", `${number}/${cost.shards}`);
  return [
    `# make -k -j ${jobs}`,
    `shards := $(addprefix shard-,$(shell seq ${cost.shards}))`,
    ".PHONY: $(shards)",
    "result.csv: $(shards)",
    `\t${MERGE}`,
    "$(shards):",
    `\t${line} --threads ${threads}`,
  ];
}
