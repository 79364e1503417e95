import { addNoise } from "../../core/noise.js";
import type { Context } from "../../shell/context.js";
import { readInput, readOptionsOf } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { expectWholeVectors, writeVectors } from "../shared/write-vectors.js";

export interface NoiseOptions extends CommonOptions, InputOptions {
  readonly sd: number;
  readonly seed?: number;
}

/** Runs `simcli noise <a>`. */
export async function runNoise(context: Context, path: string, options: NoiseOptions): Promise<number> {
  expectWholeVectors(context);
  await context.prepare();
  const set = await readInput(context, path, readOptionsOf(options));
  const { sd, seed = Math.floor(Math.random() * 2 ** 32) } = options;
  if (options.seed === undefined) context.note(`drawn with --seed ${seed}`);
  await writeVectors(context, addNoise(set, sd, seed), {
    title: `${set.name} plus N(0, ${sd})`,
    members: { sd, seed },
    header: options.header === "yes",
  });
  await context.commit();
  return EXIT.done;
}
