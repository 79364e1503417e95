import type { ColorLevel } from "../tables/paint.js";

/** The values of `--color`. */
export const COLOR_CHOICES = ["auto", "always", "never"] as const;
export type ColorChoice = (typeof COLOR_CHOICES)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the colour level of a stream, from `--color`, else NO_COLOR (if not empty), else FORCE_COLOR, else whether it
 * is a terminal and TERM is not dumb.
 *
 * @see https://no-color.org and https://force-color.org
 */
export function colorLevel(choice: ColorChoice, isTerminal: boolean, env: Environment): ColorLevel {
  if (choice === "never") return 0;
  if (choice === "always") return atLeastSome(terminalLevel(env));
  if (env.NO_COLOR) return 0;
  if (env.FORCE_COLOR !== undefined) return forcedLevel(env.FORCE_COLOR, env);
  return isTerminal ? terminalLevel(env) : 0;
}

function forcedLevel(force: string, env: Environment): ColorLevel {
  if (/^(?:0|false|never)$/i.test(force)) return 0;
  if (/^[123]$/.test(force)) return Number(force) as ColorLevel;
  return atLeastSome(terminalLevel(env));
}

/** Returns the colour level according to the terminal's environment variables. */
function terminalLevel({ TERM = "", COLORTERM = "", WT_SESSION }: Environment): ColorLevel {
  if (TERM === "dumb") return 0;
  if (/^(?:truecolor|24bit)$/i.test(COLORTERM) || WT_SESSION || /-(?:direct|truecolor)$/.test(TERM)) return 3;
  return /256/.test(TERM) ? 2 : 1;
}

const atLeastSome = (level: ColorLevel): ColorLevel => (level === 0 ? 1 : level);
