import { colorAt, DIVERGING, inkOn, mix, type Rgb } from "../core/color-scale.js";

/** The number of colours that a stream supports: none, 16, 256, or all (chalk's levels). */
export type ColorLevel = 0 | 1 | 2 | 3;

/** Styles text for a terminal; at level 0, every method returns its text unchanged. */
export interface Paint {
  readonly level: ColorLevel;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  /** Colours text by value: blue towards −1, grey about 0, red towards 1; legible on black and on white. */
  value(text: string, value: number): string;
  /** Colours the background by value on the same scale, with text of sufficient contrast. */
  heat(text: string, value: number): string;
}

const GREY: Rgb = [138, 138, 138];
const BLUE: Rgb = [59, 130, 246];
const RED: Rgb = [239, 68, 68];

/** The diverging scale and text colours in the 256-colour palette, chosen by hand: rounding makes the scale uneven. */
const HEAT_256 = [25, 68, 74, 153, 255, 223, 216, 167, 124];
const BLUES_256 = [245, 103, 68, 69];
const REDS_256 = [245, 138, 167, 203];

/** Returns a paint for a colour level; loads chalk only if there is colour. */
export async function createPaint(level: ColorLevel): Promise<Paint> {
  const plain = (text: string) => text;
  if (level === 0) return { level, bold: plain, dim: plain, good: plain, bad: plain, value: plain, heat: plain };
  // Chalk's default instance reads process.argv: `--color never` would turn colour on.
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level });
  return {
    level,
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red.bold(text),
    value(text, value) {
      if (level === 2) {
        const inks = value < 0 ? BLUES_256 : REDS_256;
        return chalk.ansi256(inks[Math.min(3, Math.floor(Math.abs(value || 0) * 4))])(text);
      }
      if (level === 3) return chalk.rgb(...mix(GREY, value < 0 ? BLUE : RED, Math.abs(value)))(text);
      if (Math.abs(value) < 0.25) return text;
      const ink = value < 0 ? chalk.blueBright : chalk.redBright;
      return Math.abs(value) < 0.75 ? ink(text) : ink.bold(text);
    },
    heat(text, value) {
      if (Number.isNaN(value)) return chalk.dim(text);
      if (level === 2) {
        const step = scaleStep(value, HEAT_256.length);
        const dark = step < 2 || step > HEAT_256.length - 3;
        return chalk.bgAnsi256(HEAT_256[step]).ansi256(dark ? 231 : 16)(text);
      }
      if (level === 3) {
        const ground = scaleColor(value);
        return chalk.bgRgb(...ground).rgb(...inkOn(ground))(text);
      }
      if (Math.abs(value) < 0.2) return chalk.bgWhite.black(text);
      if (value < 0) return value < -0.6 ? chalk.bgBlue.whiteBright(text) : chalk.bgCyan.black(text);
      return value > 0.6 ? chalk.bgRed.whiteBright(text) : chalk.bgYellow.black(text);
    },
  };
}

/** Returns the step of the heat scale, 0 … steps − 1, of a value in −1 … 1; values beyond are clamped. */
export function scaleStep(value: number, steps: number): number {
  return Math.min(steps - 1, Math.floor(((clamp(value) + 1) / 2) * steps));
}

const scaleColor = (value: number): Rgb => colorAt(DIVERGING, (clamp(value) + 1) / 2);

const clamp = (value: number) => Math.max(-1, Math.min(1, value));
