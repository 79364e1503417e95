import { fileURLToPath } from "node:url";
import { bestKernels } from "./cpu.js";
import { runProcess } from "./process.js";

const script = (name) => fileURLToPath(new URL(`../peers/${name}`, import.meta.url));

/**
 * The script of each peer, and how to get it where it is missing; a second script of the same peer has no `get`. A quick run
 * does without the extras.
 */
const peers = {
  numpy: { name: "NumPy", script: "numpy_cosine.py", get: "python3-numpy" },
  numpyProduct: { name: "NumPy", script: "numpy_product.py" },
  sklearn: { name: "pandas + scikit-learn", script: "sklearn_cosine.py", get: "python3-pandas python3-sklearn" },
  torch: { name: "PyTorch", script: "torch_cosine.py", get: "python3-torch", extra: true },
  faissTopk: { name: "faiss IndexFlatIP", script: "faiss_topk.py", get: "python3-faiss" },
  faissBinary: { name: "faiss IndexBinaryFlat", script: "faiss_binary.py" },
  torchTopk: { name: "PyTorch", script: "torch_topk.py", extra: true },
  numpyTopk: { name: "NumPy", script: "numpy_topk.py" },
  numpyPairsAcross: { name: "NumPy", script: "numpy_pairs_across.py" },
  faissPairsAcross: { name: "faiss", script: "faiss_pairs_across.py" },
  numpyDedupe: { name: "NumPy", script: "numpy_dedupe.py" },
  numpyPairs: { name: "NumPy", script: "numpy_pairs.py" },
  numpyMine: { name: "NumPy", script: "numpy_mine.py" },
  numpyMineNeighbours: { name: "NumPy", script: "numpy_mine_neighbours.py" },
  pandasMineScores: { name: "pandas", script: "pandas_mine_scores.py" },
  torchMine: { name: "PyTorch", script: "torch_mine.py", extra: true },
  scipySts: { name: "SciPy", script: "scipy_sts.py", get: "python3-scipy" },
  sklearnPairs: { name: "scikit-learn", script: "sklearn_pairs.py" },
  numpyTriplets: { name: "NumPy", script: "numpy_triplets.py" },
  numpyBitext: { name: "NumPy", script: "numpy_bitext.py" },
  scipyCompare: { name: "NumPy + SciPy", script: "scipy_compare.py", get: "python3-scipy" },
  torchLoss: { name: "PyTorch", script: "torch_loss.py", extra: true },
  numpyOverlap: { name: "NumPy", script: "numpy_overlap.py" },
  numpyRecall: { name: "NumPy", script: "numpy_recall.py" },
  polars: { name: "Polars", script: "polars_read.js", get: "npm i --prefix bench" },
  hyparquet: { name: "hyparquet", script: "hyparquet_read.js", get: "npm i --prefix bench" },
  json: { name: "json-ext", script: "json_read.js", get: "npm i --prefix bench" },
  mathjs: { name: "mathjs", script: "mathjs_product.js", get: "npm i --prefix bench", extra: true },
  mlMatrix: { name: "ml-matrix", script: "ml_matrix_product.js", get: "npm i --prefix bench", extra: true },
};

/**
 * The peers by name. One that is installed has `version` (what it says of itself, which proves that it loads) and
 * `start`, which makes a command of arguments.
 */
export async function findPeers(python, quick) {
  const kernels = bestKernels();
  const env = kernels === null ? process.env : { ...process.env, OPENBLAS_CORETYPE: kernels };
  const found = { node: { name: "node -e 0", start: () => [process.execPath, "-e", "0"] } };
  await Promise.all(
    Object.entries(peers).map(async ([key, peer]) => {
      // known by name, neither run nor missed
      if (quick && peer.extra) {
        found[key] = { name: peer.name };
        return;
      }
      const runtime = peer.script.endsWith(".py") ? python : process.execPath;
      const start = (args) => [runtime, script(peer.script), ...args];
      const { status, stdout } =
        runtime === null ? { status: null } : await runProcess(start(["--version"]), { env, keepOutput: true });
      found[key] = status === 0 ? { ...peer, version: stdout.trim(), start, env } : peer;
    }),
  );
  return found;
}

/** A line for those that are missing, or null. */
export function missingLine(found) {
  const missing = Object.values(found).filter(({ start, get }) => start === undefined && get !== undefined);
  if (missing.length === 0) return null;
  return `left out, not installed: ${missing.map(({ name, get }) => `${name} (${get})`).join(", ")}`;
}

/** What the installed ones say of themselves. */
export const versions = (found) =>
  Object.keys(peers).flatMap((key) => (peers[key].get !== undefined && found[key].version) || []);
