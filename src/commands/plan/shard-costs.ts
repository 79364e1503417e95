import type { Costs } from "./probe.js";

/** What one of n shards costs. */
export interface ShardCost {
  readonly shards: number;
  readonly seconds: number;
  readonly coreHours: number;
  readonly memoryBytes: number;
  /** Bytes that all shards read together. */
  readonly readBytes: number;
}

/** Memory of the process before it reads, and of the tiles and lists of a search. */
const BASE_BYTES = 400e6;

/** Returns what a shard costs if there are this many. */
export function costOf(shards: number, costs: Costs): ShardCost {
  const { queries, corpus, startSeconds, secondsPerPair, readBytesPerSecond, threads } = costs;
  const rows = Math.ceil(queries.fileRows / shards);
  const seconds =
    startSeconds +
    (corpus.fileBytes + queries.fileBytes / shards) / readBytesPerSecond +
    rows * corpus.fileRows * secondsPerPair;
  const width = (sample: Costs["queries"]) => sample.dimensions * (sample.isFloat ? 4 : 8);
  return {
    shards,
    seconds,
    coreHours: (shards * seconds * threads) / 3600,
    memoryBytes: BASE_BYTES + corpus.fileRows * width(corpus) + rows * width(queries),
    readBytes: shards * corpus.fileBytes + queries.fileBytes,
  };
}

/** Returns the least number of shards that take at most so many seconds; as many as there are queries if none do. */
export function shardsWithin(seconds: number, costs: Costs): number {
  let [low, high] = [1, costs.queries.fileRows];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (costOf(middle, costs).seconds <= seconds) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Returns numbers of shards to compare: round ones around the number that is recommended. */
export function numbersAround(recommended: number, queries: number): number[] {
  const numbers = [1, recommended / 4, recommended / 2, recommended, recommended * 2, recommended * 4];
  const whole = numbers.map((number) => Math.max(1, Math.min(queries, Math.round(number))));
  return [...new Set(whole)].sort((a, b) => a - b);
}
