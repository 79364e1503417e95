import { colorAt, DIVERGING, inkOn, MISSING, mix, type Rgb, SEQUENTIAL } from "../core/color-scale.js";

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
  /**
   * Colours the background by value, with text of sufficient contrast: on the same scale for values from −1 to 1, and on a
   * sequential scale for values from 0 to 1 that are not signed.
   */
  heat(text: string, value: number, signed?: boolean): string;
  /** Returns a character with a value in its upper half and one in its lower half; null leaves a half empty. */
  halves(upper: number, lower: number | null, signed?: boolean): string;
}

const GREY: Rgb = [138, 138, 138];
const BLUE: Rgb = [59, 130, 246];
const RED: Rgb = [239, 68, 68];

/** The scales in the 256-colour palette, chosen by hand: rounding makes the scale uneven. */
const HEAT_256 = [25, 68, 74, 153, 255, 223, 216, 167, 124];
const SEQUENTIAL_256 = [53, 54, 60, 24, 30, 36, 71, 77, 148, 220];
const MISSING_256 = 245;
const BLUES_256 = [245, 103, 68, 69];
const REDS_256 = [245, 138, 167, 203];

/** Returns a paint for a colour level; loads chalk only if there is colour. */
export async function createPaint(level: ColorLevel): Promise<Paint> {
  const plain = (text: string) => text;
  if (level === 0)
    return { level, bold: plain, dim: plain, good: plain, bad: plain, value: plain, heat: plain, halves: () => " " };
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
    heat(text, value, signed = true) {
      if (Number.isNaN(value)) return chalk.dim(text);
      if (level === 2) {
        const { code, isDark } = code256(value, signed);
        return chalk.bgAnsi256(code).ansi256(isDark ? 231 : 16)(text);
      }
      if (level === 3) {
        const ground = scaleColor(value, signed);
        return chalk.bgRgb(...ground).rgb(...inkOn(ground))(text);
      }
      if (!signed) {
        const grounds = [chalk.bgBlue.whiteBright, chalk.bgCyan.black, chalk.bgGreen.black, chalk.bgYellow.black];
        return grounds[Math.max(0, Math.min(3, Math.floor(4 * value)))](text);
      }
      if (Math.abs(value) < 0.2) return chalk.bgWhite.black(text);
      if (value < 0) return value < -0.6 ? chalk.bgBlue.whiteBright(text) : chalk.bgCyan.black(text);
      return value > 0.6 ? chalk.bgRed.whiteBright(text) : chalk.bgYellow.black(text);
    },
    halves(upper, lower, signed = true) {
      if (level === 3) {
        const above = chalk.rgb(...scaleColor(upper, signed));
        return (lower === null ? above : above.bgRgb(...scaleColor(lower, signed)))("▀");
      }
      const above = chalk.ansi256(code256(upper, signed).code);
      return (lower === null ? above : above.bgAnsi256(code256(lower, signed).code))("▀");
    },
  };
}

/** Returns the step of the heat scale, 0 … steps − 1, of a value in −1 … 1; values beyond are clamped. */
export function scaleStep(value: number, steps: number): number {
  return Math.min(steps - 1, Math.floor(((clamp(value) + 1) / 2) * steps));
}

function scaleColor(value: number, signed: boolean): Rgb {
  if (Number.isNaN(value)) return MISSING;
  return signed ? colorAt(DIVERGING, (clamp(value) + 1) / 2) : colorAt(SEQUENTIAL, value);
}

function code256(value: number, signed: boolean): { code: number; isDark: boolean } {
  if (Number.isNaN(value)) return { code: MISSING_256, isDark: false };
  const codes = signed ? HEAT_256 : SEQUENTIAL_256;
  const step = scaleStep(signed ? value : 2 * value - 1, codes.length);
  return { code: codes[step], isDark: signed ? step < 2 || step > codes.length - 3 : step < 6 };
}

const clamp = (value: number) => Math.max(-1, Math.min(1, value));
