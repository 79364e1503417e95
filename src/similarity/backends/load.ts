import { MachineError } from "../../core/errors.js";
import type { Blas } from "../../kernels/blas.js";
import type { Card } from "../../kernels/card/card.js";
import { CARD_NAMES, type CardName } from "../../kernels/card/find-card.js";
import type { Runtime } from "../../kernels/runtime.js";
import type { Metric } from "../metrics/metric.js";
import type { BackendName } from "../options.js";
import type { Backend } from "./backend.js";
import { cardBackend } from "./card-backend.js";
import { isWorthCard, type SearchSize } from "./card-choice.js";
import { kernelBackend } from "./kernel-backend.js";
import { js, type PlainBackend } from "./plain.js";

/** Up to this number of products, plain JavaScript takes less time than compiling the kernels. */
const SMALL_PRODUCTS = 1 << 21;
/** Up to this number of components, normalizing rows in JavaScript takes less time than compiling the kernels. */
const SMALL_NUMBERS = 1 << 18;
/** From this number of products on, loading a BLAS is worth its 20 ms. */
const LARGE_PRODUCTS = 1 << 28;

/** The size of a job, and the runtime that it may use. */
export interface BackendNeeds {
  /** n·m·d. */
  readonly products: number;
  /** Number of components of both sets. */
  readonly numbers: number;
  readonly runtime: Runtime;
  /** Whether near rows are searched for, which needs few cells of the product: then a graphics card is worth it. */
  readonly searches?: boolean;
  /** Receives one line for each BLAS that was skipped, with the reason. */
  readonly say: (message: string) => void;
}

/**
 * Returns a backend for a metric. `auto` selects the fastest one for the size of the job: JavaScript, the WebAssembly
 * kernels, a BLAS if one is found, or a graphics card for a large search. A metric without products uses the kernels instead of a BLAS, and JavaScript instead
 * of mathjs.
 *
 * @throws {MachineError} if `blas` is requested and no BLAS is found.
 */
export async function loadBackend(
  name: BackendName,
  { accumulate }: Pick<Metric, "accumulate">,
  { products, numbers, runtime, searches = false, say }: BackendNeeds,
): Promise<Backend> {
  const { pool } = runtime;
  const isProduct = accumulate === "multiply";
  if (isCard(name) && isProduct) {
    const card = await expectCard(runtime, name);
    return cardBackend(pool, card, blasOf(runtime, say), null);
  }
  if (name === "js" || (name === "mathjs" && !isProduct)) return js;
  if (name === "mathjs") return (await import("./mathjs.js")).loadMathjs();
  if (name === "blas" && isProduct) return kernelBackend(pool, expectBlas(runtime));
  if (name === "auto" && products <= SMALL_PRODUCTS && (numbers <= SMALL_NUMBERS || !isProduct)) return js;
  if (name !== "auto" || products < LARGE_PRODUCTS || !isProduct) return kernelBackend(pool, null);
  const card = searches ? await worthyCard(runtime, { products, numbers, threads: pool.threads }) : null;
  const blas = blasOf(runtime, say);
  return card ? cardBackend(pool, card, blas, say) : kernelBackend(pool, blas);
}

/** Returns the BLAS for a large product, if there is one. */
function blasOf(runtime: Runtime, say: BackendNeeds["say"]): Blas | null {
  const { blas, skipped } = runtime.findBlas();
  for (const reason of skipped) say(`skipped ${reason}`);
  return blas;
}

/** Returns the first card that is worth its start, if there is one. */
async function worthyCard(runtime: Runtime, size: SearchSize): Promise<Card | null> {
  for (const name of CARD_NAMES) {
    if (!isWorthCard(name, size)) continue;
    const found = await runtime.findCard(name);
    if ("card" in found && !found.card.isSoftware) return found.card;
  }
  return null;
}

/** Whether a backend is a graphics card. */
export const isCard = (name: BackendName): name is CardName => name === "cuda" || name === "webgpu";

async function expectCard(runtime: Runtime, name: CardName): Promise<Card> {
  const found = await runtime.findCard(name);
  if ("card" in found) return found.card;
  throw new MachineError(`--backend ${name}: expected a graphics card, ${found.reason}`, CARD_HINTS[name]);
}

const CARD_HINTS: { readonly [name in CardName]: string } = {
  cuda: "SIMCLI_CUDA names the folders of cuBLAS and NVRTC; docs/gpu.md says what is needed",
  webgpu: "npm install --global webgpu; docs/gpu.md says what is needed",
};

/** Returns a backend for `paired`, which is too little work for the kernels. Throws the errors of {@link loadBackend}. */
export async function loadPairBackend(
  name: BackendName,
  { accumulate }: Pick<Metric, "accumulate">,
  runtime: Runtime,
): Promise<PlainBackend> {
  if (accumulate !== "multiply") return js;
  if (name === "mathjs") return (await import("./mathjs.js")).loadMathjs();
  if (name === "blas") expectBlas(runtime);
  if (isCard(name)) await expectCard(runtime, name);
  return js;
}

function expectBlas(runtime: Runtime): Blas {
  const { blas, skipped } = runtime.findBlas();
  if (blas) return blas;
  const found = skipped.length > 0 ? skipped.join("; ") : "found none";
  throw new MachineError(`--backend blas: expected a BLAS on this machine, ${found}`, BLAS_HINT);
}

const BLAS_HINT =
  "Debian: apt install libopenblas0; macOS has Accelerate; Windows: OpenBLAS.dll on the PATH; SIMCLI_BLAS names another file";
