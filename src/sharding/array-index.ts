import { UsageError } from "../core/errors.js";
import type { Shard } from "../core/shard.js";

/** `--shard i/n` or `--shard auto/n`. */
export interface ShardOption {
  /** From 1; null for the index that a scheduler gives. */
  readonly number: number | null;
  readonly count: number;
}

/** The first index of an array of jobs. */
export type ArrayStart = 0 | 1;

/** A shard, and how its number came about. */
export interface ChosenShard extends Shard {
  /** Number of shards of the corpus for each shard of the queries; absent if the corpus is not divided. */
  readonly corpusShards?: number;
  /** The first index of the array; null for a number that was given. */
  readonly arrayStart: ArrayStart | null;
  /** The variable of the environment, with its value; null for a number that was given. */
  readonly source: string | null;
}

/**
 * Returns the shard of queries and corpus that two options name. Shards of the corpus follow one another: of 40 and 4, shards 0 to 3 are
 * of the first queries.
 *
 * @throws {UsageError} if one of the options has a number and the other takes an index; and the errors of {@link chooseShard}.
 */
export function chooseCorpusShard(
  shard: ShardOption | undefined,
  corpus: ShardOption,
  env: Environment,
  known: ArrayStart | null,
): ChosenShard {
  const { number, count } = shard ?? { number: corpus.number === null ? null : 1, count: 1 };
  if ((number === null) !== (corpus.number === null)) {
    throw new UsageError(
      "--corpus-shard: expected numbers in --shard and --corpus-shard, or auto in both, found one of each",
      `--shard auto/${count} --corpus-shard auto/${corpus.count} takes both from an array of ${count * corpus.count} jobs`,
    );
  }
  const both = number === null || corpus.number === null ? null : (number - 1) * corpus.count + corpus.number;
  const chosen = chooseShard({ number: both, count: count * corpus.count }, env, known);
  return { ...chosen, corpusShards: corpus.count };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that hold the index of a job in its array. Those that always count from the same number have it. */
const INDEX_VARIABLES: readonly (readonly [name: string, start: ArrayStart | null])[] = [
  ["SLURM_ARRAY_TASK_ID", null],
  ["JOB_COMPLETION_INDEX", 0],
  ["AWS_BATCH_JOB_ARRAY_INDEX", 0],
  ["PARALLEL_SEQ", 1],
];

/**
 * Returns the shard that an option names, by the index of a scheduler's array for `auto`.
 *
 * @param known the first index of the array, if parts of the same job tell it.
 * @throws {UsageError} without an index, for one that is not in the array, and for an array of Slurm whose first index is unclear.
 */
export function chooseShard({ number, count }: ShardOption, env: Environment, known: ArrayStart | null): ChosenShard {
  if (number !== null) return { index: number - 1, count, arrayStart: null, source: null };
  const [name, fixed] = INDEX_VARIABLES.find(([variable]) => env[variable] !== undefined) ?? ["", null];
  const text = env[name] ?? "";
  if (!/^\d+$/.test(text)) {
    const names = INDEX_VARIABLES.map(([variable]) => variable).join(", ");
    const found = name === "" ? "found none of them" : `found ${name}=${text}`;
    throw new UsageError(`--shard auto/${count}: expected an index in ${names}, ${found}`, `--shard 1/${count}`);
  }
  const arrayStart = fixed ?? known ?? slurmStart(env, count);
  if (arrayStart === null) {
    throw new UsageError(
      `--shard auto/${count}: expected an array of Slurm that ends at ${count - 1} or ${count}, found ${name}=${text}`,
      `count from 1: --shard $((${name} + 1))/${count} for an array from 0`,
    );
  }
  const index = Number(text) - arrayStart;
  if (index >= 0 && index < count) return { index, count, arrayStart, source: `${name}=${text}` };
  const range = `${arrayStart} to ${arrayStart + count - 1}`;
  throw new UsageError(`--shard auto/${count}: expected an index from ${range}, found ${name}=${text}`);
}

/** Returns the first index of an array of Slurm; null if its limits do not tell. */
function slurmStart(
  { SLURM_ARRAY_TASK_MIN: min, SLURM_ARRAY_TASK_MAX: max }: Environment,
  n: number,
): ArrayStart | null {
  if (max === String(n)) return 1;
  if (min === "0" || max === String(n - 1)) return 0;
  return null;
}
