import { textOf } from "../../input/recognise-text.js";

const FIRST_LINE = /^[ \t]*[+-]?\d[\d.,eE+-]*(?:[ \t]+qid:\d+)?(?:[ \t]+\d+:[+-]?[\d.][^ \t:]*)+[ \t]*(?:#.*)?\r?$/;

/** Returns whether the first line of a file that is not a comment has the form `label index:value …`. */
export function looksLikeSvmlight(head: Uint8Array): boolean {
  const lines = textOf(head).split("\n");
  if (lines.length > 1) lines.pop();
  const first = lines.find((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  return first !== undefined && FIRST_LINE.test(first);
}
