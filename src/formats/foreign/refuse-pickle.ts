import { DataError } from "../../core/errors.js";
import type { RowBatch } from "../../input/reader.js";
import { peek, type Source } from "../../input/source.js";
import { isTorchZip, startsWith } from "../first-bytes.js";
import { hintFor, JOBLIB, OBJECTS, PACKED_PICKLE, PICKLE, type Script, TORCH } from "./pickle-scripts.js";

/** PyTorch before 1.6 begins a file with the pickle of this number. */
const TORCH_MAGIC = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

/**
 * Refuses a pickle, which is a program: loading it can run any code.
 *
 * @throws {DataError} always, with the Python command that converts it.
 */
export async function* refusePickle(source: Source): AsyncGenerator<RowBatch> {
  yield* await refuse(source);
}

async function refuse(input: Source): Promise<AsyncIterable<RowBatch>> {
  const { head, source } = await peek(input);
  const { name, packed } = source;
  if (head.length === 0) throw new DataError(`${name}: expected rows of numbers, found an empty file`);
  const [what, script] = kindOf(head, name.toLowerCase(), packed?.by === "gzip");
  throw new DataError(
    `${name}: expected data, found ${what}, which is a program and is not run`,
    hintFor(name, script),
  );
}

/** Returns what a file is, and the script that converts it. */
function kindOf(head: Uint8Array, name: string, isGzip: boolean): [what: string, script: Script] {
  const isTorch = isTorchZip(head) || startsWith(head, TORCH_MAGIC) || /\.(?:pt|pth|ckpt)$/.test(name);
  if (isTorch) return ["a PyTorch file", TORCH];
  // Python's pickle module cannot load the arrays in a pickle of joblib, which may have any name.
  const isJoblib = Buffer.from(head).includes("joblib.numpy_pickle") || name.endsWith(".joblib");
  return isJoblib ? ["a joblib file", JOBLIB] : ["a pickle", isGzip ? PACKED_PICKLE : PICKLE];
}

/** Returns the hint for an array of Python objects in a `.npy` file. */
export const objectArrayHint = (name: string): string => hintFor(name, OBJECTS);
