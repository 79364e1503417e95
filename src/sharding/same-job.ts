import type { PartHead, PartResult } from "./part-file.js";

/** Returns in which way two parts are of different jobs, such as `options: k is 10 and 20`; null for parts of one job. */
export function differenceOf(one: PartHead, other: PartHead): string | null {
  for (const [what, a, b] of [
    ["versions of simcli", one.simcli, other.simcli],
    ["commands", one.command, other.command],
    ["numbers of shards", one.shards, other.shards],
    ["numbers of shards of the corpus", one.corpusShards ?? 1, other.corpusShards ?? 1],
  ] as const) {
    if (a !== b) return `${what}: ${a} and ${b}`;
  }
  for (const name of new Set([...Object.keys(one.options), ...Object.keys(other.options)])) {
    const [a, b] = [one, other].map(({ options }) => JSON.stringify(options[name]) ?? "not given");
    if (a !== b) return `options: ${name} is ${a} and ${b}`;
  }
  if (one.inputs.length !== other.inputs.length)
    return `numbers of files: ${one.inputs.length} and ${other.inputs.length}`;
  for (const [k, a] of one.inputs.entries()) {
    const b = other.inputs[k];
    if (a.bytes !== b.bytes) return `files: ${a.name} has ${a.bytes} bytes, and ${b.name} ${b.bytes}`;
    if (a.hash !== b.hash) return `files: ${a.name} and ${b.name} have the same size, but other bytes`;
  }
  return null;
}

/** Returns in which fact the results of two parts differ, such as `backend: "blas" and "wasm"`; null if they do not. */
export function differentFact({ facts: a = {} }: PartResult, { facts: b = {} }: PartResult): string | null {
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [one, other] = [a, b].map((facts) => JSON.stringify(facts[name]) ?? "none");
    if (one === other) continue;
    return one.length + other.length < SHOWN ? `${name}: ${one} and ${other}` : name;
  }
  return null;
}

/** Characters of facts that are shown. */
const SHOWN = 100;
