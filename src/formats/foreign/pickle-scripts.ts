import { shellWord } from "../../core/shell-word.js";

/** A Python script that loads a file; its arguments are the file `a`, and `b`, the name to write without an extension. */
export interface Script {
  /** Statements that assign the object in the file to `x`. */
  readonly load: readonly string[];
  /** Whether the object may be a table of pandas. */
  readonly hasTables: boolean;
}

export const TORCH: Script = {
  load: [
    "import torch",
    'x = torch.load(a, "cpu", weights_only=True)',
    "f = lambda v: v.detach().double().numpy() if torch.is_tensor(v) else v",
    'x = {k: f(v) for k, v in x.get("state_dict", x).items()} if isinstance(x, dict) else [f(v) for v in x] if isinstance(x, list) else f(x)',
  ],
  hasTables: false,
};
export const PICKLE: Script = { load: ["import pickle", 'x = pickle.load(open(a, "rb"))'], hasTables: true };
export const PACKED_PICKLE: Script = {
  load: ["import gzip, pickle", "x = pickle.load(gzip.open(a))"],
  hasTables: true,
};
export const JOBLIB: Script = { load: ["import joblib", "x = joblib.load(a)"], hasTables: true };
export const OBJECTS: Script = { load: ["x = np.load(a, allow_pickle=True).tolist()"], hasTables: false };

/** Assigns the arrays of `x` to `d`. A dictionary of vectors is written as ids and vectors, any other one as its members. */
const ARRAYS = [
  "n = isinstance(x, dict)",
  "v = n and all(np.ndim(v) == 1 for v in x.values())",
  'd = {"ids": [str(k) for k in x], "vectors": list(x.values())} if v else {str(k): v for k, v in x.items()} if n else {"vectors": x}',
];
const SAVE = "np.savez(b, **d)";
/** Cells that are arrays are written as lists: pandas would write them with fewer digits. */
const SAVE_ANY =
  'x.apply(lambda c: c.map(lambda v: v.tolist() if hasattr(v, "tolist") else v)).to_csv(b + ".csv") ' +
  `if hasattr(x, "columns") else ${SAVE}`;

/** Returns the hint with the command that converts a file that the user trusts. */
export function hintFor(name: string, { load, hasTables }: Script): string {
  const file = name === "stdin" ? "FILE" : name;
  // A file of PyTorch may be called .npz.
  const target = file.replace(/\.npz$/, "-2.npz").replace(/\.[^./\\]+$/, "");
  const written = hasTables ? `${target}.npz (a table of pandas: ${target}.csv)` : `${target}.npz`;
  const steps = ["import sys, numpy as np", "_, a, b = sys.argv", ...load, ...ARRAYS, hasTables ? SAVE_ANY : SAVE];
  const command = `python3 -c '${steps.join("; ")}' ${shellWord(file)} ${shellWord(target)}`;
  return `if you trust the file, this writes ${written}: ${command}`;
}
