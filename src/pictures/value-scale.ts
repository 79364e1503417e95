import { type ColorScale, colorAt, DIVERGING, MISSING, type Rgb, SEQUENTIAL } from "../core/color-scale.js";

/** Assigns colours to values: diverging about 0 if values may be negative, otherwise sequential from 0. */
export interface ValueScale {
  readonly colors: ColorScale;
  /** The values at the ends of the scale. */
  readonly ends: readonly [number, number];
  /** Returns the colour of a value; grey for NaN. */
  colorOf(value: number): Rgb;
}

/**
 * Returns the scale of a matrix.
 *
 * @param possible the smallest and largest possible value, which may be infinite.
 * @param found the smallest and largest value that the matrix has.
 */
export function valueScale(possible: readonly [number, number], found: readonly [number, number]): ValueScale {
  const [least, greatest] = possible;
  const largest = Math.max(Math.abs(found[0]), Math.abs(found[1]));
  const end = Number.isFinite(greatest) ? greatest : Number.isFinite(largest) && largest > 0 ? largest : 1;
  const isSigned = least < 0;
  const start = isSigned ? -end : 0;
  const colors = isSigned ? DIVERGING : SEQUENTIAL;
  return {
    colors,
    ends: [start, end],
    colorOf: (value) => (Number.isNaN(value) ? MISSING : colorAt(colors, (value - start) / (end - start))),
  };
}

/** Number of colours of an image: more than the steps that 8 bits a channel can show. */
const STEPS = 1 << 12;

/** Returns red, green and blue of each value. */
export function pixelsOf(values: Float64Array, { ends: [start, end], colorOf }: ValueScale): Uint8Array {
  const steps = STEPS + 1;
  const table = new Uint8Array(3 * (steps + 1));
  for (let step = 0; step < steps; step++) table.set(colorOf(start + ((end - start) * step) / STEPS), 3 * step);
  table.set(MISSING, 3 * steps);
  const pixels = new Uint8Array(3 * values.length);
  for (let k = 0; k < values.length; k++) {
    const position = (values[k] - start) / (end - start);
    const step = Number.isNaN(position) ? steps : Math.round(Math.max(0, Math.min(1, position)) * STEPS);
    pixels[3 * k] = table[3 * step];
    pixels[3 * k + 1] = table[3 * step + 1];
    pixels[3 * k + 2] = table[3 * step + 2];
  }
  return pixels;
}

/** Returns a colour as SVG writes it. */
export const hexColor = (color: Rgb): string => `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
