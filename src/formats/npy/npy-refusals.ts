import { DataError, type Filter } from "../../core/errors.js";
import type { Source } from "../../input/source.js";
import { python } from "../foreign/foreign-formats.js";

interface OtherType {
  readonly what: string;
  /** What a filter does, and the Python expression of its array, of the array `x`. */
  readonly hint?: string;
  readonly array?: string;
}

const RECORDS = {
  what: "records of several fields",
  hint: "this reads the fields of numbers",
  array: 'r.structured_to_unstructured(x[[n for n in x.dtype.names if x.dtype[n].base.kind in "fiub"]])',
} as const satisfies OtherType;
const TEXT: OtherType = { what: "text", hint: "if the texts are numbers", array: "x.astype(float)" };
const OTHER_TYPES: { readonly [kind: string]: OtherType | undefined } = {
  "[": RECORDS,
  c: {
    what: "complex numbers",
    hint: "this puts imaginary parts beside real parts",
    array: "np.hstack([x.real, x.imag])",
  },
  U: TEXT,
  S: TEXT,
  M: { what: "dates" },
  m: { what: "durations" },
};
const UNKNOWN: OtherType = {
  what: "a type that is not read",
  hint: "this reads its nearest doubles",
  array: "x.astype(float)",
};

const TYPE_SHOWN = 60;

/** @throws {DataError} always: an array of this type holds no real numbers. */
export async function refuseType(descr: string, source: Source): Promise<never> {
  const { name, file } = source;
  const shown = descr.length > TYPE_SHOWN ? `${descr.slice(0, TYPE_SHOWN)}…` : descr;
  const expected = `${name}: expected an array of real numbers`;
  if (/^.?O/.test(descr)) {
    if (source.member)
      throw new DataError(`${expected}, found Python objects (${shown})`, ...objectsFilter(source.member));
    const hint = file && (await import("../foreign/refuse-pickle.js")).objectArrayHint(name);
    throw new DataError(`${expected}, found Python objects (${shown})`, hint);
  }
  const { what, hint, array } = OTHER_TYPES[/^[<>|=]?(.)/.exec(descr)?.[1] ?? ""] ?? UNKNOWN;
  throw new DataError(`${expected}, found ${what} (${shown})`, ...filtered(source, hint, array));
}

/** @throws {DataError} always: an array of this shape has no rows. */
export function refuseShape(shape: readonly number[], source: Source): never {
  const message = `${source.name}: expected an array of one or two dimensions, found the shape (${shape.join(", ")})`;
  if (shape.length === 0) throw new DataError(message, "it holds a single number, or one Python object");
  throw new DataError(message, ...shapeFilter(shape, source));
}

/** A hint and its filter, as arguments of an error. */
export type HintAndFilter = [hint?: string, options?: { filter: Filter }];

/** The Python statement that assigns the array of a `.npy` file `a` to `x`. */
const LOAD = "x = np.load(a)";

/** Returns a hint with a filter that writes an array of three or more dimensions as rows. */
export function shapeFilter(shape: readonly number[], source: Source, load = LOAD): HintAndFilter {
  const areRows = shape.filter((length) => length !== 1).length <= 2;
  return areRows
    ? filtered(source, "this leaves out dimensions of length 1", "np.squeeze(x)", load)
    : filtered(source, "this makes a row of each first index", "x.reshape(len(x), -1)", load);
}

/** Returns a hint with a filter that writes the numbers in an array of records. */
export const recordFilter = (source: Source, load = LOAD): HintAndFilter =>
  filtered(source, RECORDS.hint, RECORDS.array, load);

/** Returns a hint with a filter that writes an array; without a file of its own, the array is named in the hint. */
function filtered({ name, file }: Source, hint?: string, array?: string, load = LOAD): HintAndFilter {
  if (hint === undefined || array === undefined) return [];
  // Single quotes would end the script.
  if (!file || load.includes("'")) return [`in NumPy, ${hint}: ${array}`];
  const modules = array.startsWith("r.") ? ["import numpy.lib.recfunctions as r"] : [];
  const command = python("import numpy as np", ...modules, load, `np.save(sys.stdout.buffer, ${array})`);
  return [hint, { filter: { file: name, command: command(name) } }];
}

/** Returns a hint with a filter that writes the objects in all arrays of a `.npz` file as texts or numbers. */
function objectsFilter({ file }: NonNullable<Source["member"]>): HintAndFilter {
  const arrays =
    "{k: np.array(v.tolist()) if v.dtype == object else v for k, v in np.load(a, allow_pickle=True).items()}";
  const command = python("import numpy as np", `np.savez(sys.stdout.buffer, **${arrays})`)(file);
  return ["if you trust the file, this reads it", { filter: { file, command } }];
}

/** Returns a hint with a filter that writes an array of ids or labels as texts. */
export function textsFilter(descr: string, { member }: Source): HintAndFilter {
  if (!member) return [];
  const { file, array } = member;
  if (/^.?O/.test(descr)) return objectsFilter(member);
  const key = JSON.stringify(array);
  const statements = [
    "x = dict(np.load(a))",
    `x[${key}] = x[${key}].ravel().astype(str)`,
    "np.savez(sys.stdout.buffer, **x)",
  ];
  return ["this reads it", { filter: { file, command: python("import numpy as np", ...statements)(file) } }];
}
