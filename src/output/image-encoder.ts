/** A heatmap as an image for a terminal. */
export interface HeatmapImage {
  /** The value of each pixel, row by row; NaN is grey. */
  readonly values: Float64Array;
  readonly width: number;
  readonly height: number;
  /** Number of columns and rows of pixels that each value fills. */
  readonly enlargement: readonly [across: number, down: number];
  /** Size in characters, for terminals that scale the image. */
  readonly columns: number;
  readonly lines: number;
  /** The colours represent the values −end … end, or 0 … end. */
  readonly end: number;
  readonly signed: boolean;
}

/** Encodes images for one protocol of terminals. */
export interface ImageEncoder {
  /** Assumed size of a character in pixels, 1:2. */
  readonly character: readonly [width: number, height: number];
  /** Whether the terminal scales the image to characters. Otherwise it shows pixels, and the number of lines is unknown. */
  readonly isScaled: boolean;
  /** Returns the control sequence that draws the image at the cursor. */
  encode(image: HeatmapImage): string;
}
