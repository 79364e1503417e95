import type { ReadOptions } from "#dist/input/reader.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { sourceOf } from "../../input/support.js";

/** Reads a text, and returns its vectors with the notes and guesses. */
export async function readNoted(text: string, options: ReadOptions = {}, sizes: readonly number[] = []) {
  const notes: string[] = [];
  const set = await readVectors(sourceOf(text, "a.json", sizes), {
    ...options,
    note: (note) => notes.push(note),
    onGuess: (guess, otherwise) => notes.push(`${guess}; ${otherwise}`),
  });
  return { ...set, values: [...set.values], notes: [...new Set(notes)] };
}
