/** A picture as SVG. */
export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  /** Whether it consists of shapes, which stay sharp when they are enlarged. */
  readonly isVector: boolean;
  /** Images that are not part of the SVG, because they are drawn on its pixels. */
  readonly bitmaps?: readonly Bitmap[];
}

/** An image of a picture: its place and size in pixels, and the colours of fewer pixels, which are enlarged without smoothing. */
export interface Bitmap {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  /** Red, green and blue of each pixel: 3 × columns × rows bytes. */
  readonly pixels: Uint8Array;
}

/** The space between the edge of a picture and its contents, in pixels. */
export const MARGIN = 24;
/** Height of a line of text, in pixels. */
export const LINE = 18;
/** The average width of a character of 12 pixels in DejaVu Sans, which is a wide font. */
export const CHARACTER = 7.3;

/** Colours of text, lines and ground, in light and dark surroundings. */
export const PICTURE_STYLE =
  "svg{color:#1f2328}text{font-family:system-ui,DejaVu Sans,sans-serif;fill:#1f2328}.title{font-size:16px;font-weight:600}.name{font-weight:600}.dim{fill:#59636e}.ground{fill:#fff}" +
  "@media (prefers-color-scheme:dark){svg{color:#f0f6fc}text{fill:#f0f6fc}.dim{fill:#9198a1}.ground{fill:#0d1117}}";
