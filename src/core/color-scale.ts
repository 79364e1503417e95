/** Red, green and blue, 0 … 255. */
export type Rgb = readonly [number, number, number];

/** A colour scale: colours at equal distances. */
export type ColorScale = readonly Rgb[];

/** ColorBrewer's diverging RdBu, reversed: blue at the start, red at the end. It is safe for colour-blind people. */
export const DIVERGING: ColorScale = [
  [33, 102, 172],
  [103, 169, 207],
  [209, 229, 240],
  [247, 247, 247],
  [253, 219, 199],
  [239, 138, 98],
  [178, 24, 43],
];

/** Viridis of matplotlib at equal steps: perceptually uniform, and safe for colour-blind people. */
export const SEQUENTIAL: ColorScale = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 73, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [110, 206, 88],
  [181, 222, 43],
  [253, 231, 37],
];

/** The colour of cells that are NaN. */
export const MISSING: Rgb = [154, 160, 166];

/** Returns the colour at a position from 0 to 1; positions beyond are clamped. */
export function colorAt(scale: ColorScale, position: number): Rgb {
  const place = Math.max(0, Math.min(1, position)) * (scale.length - 1);
  const below = Math.min(scale.length - 2, Math.floor(place));
  return mix(scale[below], scale[below + 1], place - below);
}

/** Returns the colour between two colours, at a share of the way from 0 to 1. */
export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = Number.isNaN(share) ? 0 : Math.min(1, share);
  return [0, 1, 2].map((i) => Math.round(from[i] + (to[i] - from[i]) * part)) as unknown as Rgb;
}

/** Returns black or white, whichever contrasts more with the background (WCAG 2 relative luminance). */
export function inkOn(ground: Rgb): Rgb {
  const [r, g, b] = ground.map((channel) => (channel / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? [0, 0, 0] : [255, 255, 255];
}
