import { shellWord } from "../../core/shell-word.js";

/** Python statements that assign the object in the file `a` to `x`. */
export type Script = readonly string[];

export const TORCH: Script = [
  "import torch",
  'x = torch.load(a, "cpu", weights_only=True)',
  "f = lambda v: v.detach().double().numpy() if torch.is_tensor(v) else {k: f(w) for k, w in v.items()} if isinstance(v, dict) " +
    "else [f(w) for w in v] if isinstance(v, (list, tuple)) else v",
  'x = f(x.get("state_dict", x) if isinstance(x, dict) else x)',
];
export const PICKLE: Script = ["import pickle", 'x = pickle.load(open(a, "rb"))'];
export const PACKED_PICKLE: Script = ["import gzip, pickle", "x = pickle.load(gzip.open(a))"];
export const JOBLIB: Script = ["import joblib", "x = joblib.load(a)"];
export const OBJECTS: Script = ["x = np.load(a, allow_pickle=True).tolist()"];

/** Writes `x` to files called `b`: records as JSON, tables of pandas as CSV, anything else as arrays, with ids where it has them. */
const WRITE: Script = [
  'x = x.to_frame("vector") if hasattr(x, "to_frame") else x.toarray() if hasattr(x, "toarray") else x',
  "n, l = isinstance(x, dict), isinstance(x, (list, tuple)) and len(x) > 0",
  "v = list(x.values()) if n else x if l else [0]",
  // Records, or a dictionary of records.
  "r = all(isinstance(i, dict) for i in v)",
  'u = lambda i: i.tolist() if hasattr(i, "tolist") else str(i)',
  "s = lambda i: [str(k) for k in i]",
  // Pairs of an id and a vector; and a list of ids beside a matrix, in either order.
  "t = l and not r and all(isinstance(i, (list, tuple)) and len(i) == 2 and np.ndim(i[0]) == 0 and np.ndim(i[1]) == 1 for i in x)",
  "m = l and not r and not t and len(x) == 2 and len({len(i) for i in x if np.ndim(i) > 0}) == 1 and [np.ndim(i) for i in x]",
  'd = lambda: {"ids": s(i[0] for i in x), "vectors": [i[1] for i in x]} if t ' +
    'else {"ids": s(x[0]), "vectors": x[1]} if m == [1, 2] ' +
    'else {"vectors": x[0], "labels" if np.array(x[1]).dtype.kind in "iu" else "ids": x[1]} if m == [2, 1] ' +
    'else {"ids": s(x), "vectors": v} if n and all(np.ndim(i) == 1 for i in v) ' +
    'else {str(k): i for k, i in x.items()} if n else {"vectors": x}',
  // Cells that are arrays are written as lists: pandas would write them with fewer digits.
  'x.apply(lambda c: c.map(lambda i: i.tolist() if hasattr(i, "tolist") else i)).to_csv(b + ".csv", index=list(x.index) != list(range(len(x)))) if hasattr(x, "columns") ' +
    'else json.dump({str(k): i for k, i in x.items()} if n else x, open(b + ".json", "w"), default=u) if r ' +
    "else np.savez(b, **d())",
];

/** Returns the hint with the command that converts a file that the user trusts. */
export function hintFor(name: string, load: Script): string {
  const file = name === "stdin" ? "FILE" : name;
  // A file of PyTorch may be called .npz.
  const target = file.replace(/\.npz$/, "-2.npz").replace(/\.[^./\\]+$/, "");
  const written = `${target}.npz (${target}.csv for a table of pandas, ${target}.json for records)`;
  const steps = ["import json, sys, numpy as np", "_, a, b = sys.argv", ...load, ...WRITE];
  return `if you trust the file, this writes ${written}: python3 -c '${steps.join("; ")}' ${shellWord(file)} ${shellWord(target)}`;
}
