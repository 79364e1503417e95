import { MachineError } from "../../core/errors.js";
import { CARD_NAMES } from "../../kernels/card/find-card.js";
import type { Cell, Records } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import { EXIT } from "../../shell/report.js";
import { writeRecordList } from "../../shell/writers.js";
import { loadBackend } from "../../similarity/backends/load.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import { cardRate, processorRate, type Rates } from "./rates.js";

/** A backend of this machine, or the reason why it is not used. */
interface Found {
  readonly name: string;
  /** The library, the device or the kernels; null without a choice. */
  readonly what: string | null;
  readonly rates: Rates | null;
  readonly reason: string | null;
}

/** Runs `simcli backends`. */
export async function runBackends(context: Context): Promise<number> {
  await context.prepare();
  const found: Found[] = [];
  for (const name of CARD_NAMES) found.push(await card(context, name));
  for (const name of ["blas", "wasm", "js", "mathjs"] as const) found.push(await processor(context, name));
  await writeRecordList(context, recordsOf(found), "backends of this machine, fastest first");
  await context.commit();
  return EXIT.done;
}

async function card(context: Context, name: (typeof CARD_NAMES)[number]): Promise<Found> {
  const result = await context.runtime.findCard(name);
  if (!("card" in result)) return { name, what: null, rates: null, reason: result.reason };
  const { card } = result;
  return { name, what: card.description, rates: await cardRate(card), reason: null };
}

async function processor(context: Context, name: "blas" | "wasm" | "js" | "mathjs"): Promise<Found> {
  const { runtime } = context;
  const skipped = (reason: string): Found => ({ name, what: null, rates: null, reason });
  if (name === "blas") {
    const { blas, skipped: reasons } = runtime.findBlas();
    if (!blas) return skipped(reasons.join("; ") || "found no library");
  }
  try {
    const needs = { products: 0, numbers: 0, runtime, say: () => {} };
    const { kernels, threads } = await loadBackend(name, METRICS.dot, needs);
    const onThreads = threads === 1 ? "1 thread" : `${threads} threads`;
    const what = kernels ? `${kernels}, ${onThreads}` : onThreads;
    return { name, what, rates: await processorRate(runtime, name), reason: null };
  } catch (error) {
    if (error instanceof MachineError) return skipped(error.message);
    throw error;
  }
}

function recordsOf(found: readonly Found[]): Records {
  const sorted = [...found].sort((one, other) => speedOf(other) - speedOf(one));
  return {
    columns: ["backend", "usable", "gflops_float32", "gflops_float64", "what"],
    kinds: ["text", "text", "number", "number", "text"],
    rows: sorted.map(({ name, rates, what, reason }): Cell[] => [
      name,
      rates ? "yes" : "no",
      rates?.float32 ?? null,
      rates?.float64 ?? null,
      reason ?? what,
    ]),
  };
}

const speedOf = ({ rates }: Found): number => rates?.float32 ?? rates?.float64 ?? -1;
