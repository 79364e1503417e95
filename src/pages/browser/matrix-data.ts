/** Red, green and blue. */
export type Color = readonly [number, number, number];

/** The data of a heatmap, as `drawMatrix` writes them. */
export interface MatrixData {
  readonly rows: number;
  readonly columns: number;
  /** The values of the first and the last level of the image. */
  readonly ends: readonly [number, number];
  /** The scale of the image: the values at its ends, and colours at equal distances. */
  readonly scale: { readonly ends: readonly [number, number]; readonly colors: readonly Color[] };
  /** The colours of the scale over the range of the image. */
  readonly stretched: readonly Color[];
  readonly rowIds: readonly string[] | null;
  readonly columnIds: readonly string[] | "same" | null;
  /** The cells as float32 in base64; null if the image has their levels only. */
  readonly exact: string | null;
  readonly orders: readonly {
    readonly name: string;
    readonly rows: readonly number[];
    readonly columns: readonly number[] | "same";
    /** The image in this order; null if its pixels are those of the first image. */
    readonly image: { readonly address: string; readonly ends: readonly [number, number] } | null;
  }[];
}

/** An order of rows and columns, with its image if it has one. */
export interface Order {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly image: MatrixData["orders"][number]["image"];
}

/** Returns the colour at a position from 0 to 1. */
export function colorAt(colors: readonly Color[], position: number): Color {
  const place = Math.max(0, Math.min(1, position)) * (colors.length - 1);
  const below = Math.min(colors.length - 2, Math.floor(place));
  const [from, to, share] = [colors[below], colors[below + 1], place - below];
  return [0, 1, 2].map((part) => Math.round(from[part] + (to[part] - from[part]) * share)) as unknown as Color;
}

/**
 * Names the rows or columns of a pixel: `row 3 “id”`, `rows 10–11`, or in another order `rows 4, 17, 2`.
 *
 * @param count the number of rows or columns, and `pixels` that of pixels.
 */
export function sideText(
  side: string,
  pixel: number,
  count: number,
  pixels: number,
  order: readonly number[] | null,
  ids: readonly string[] | null,
): string {
  const [from, end] = [Math.floor((pixel * count) / pixels), Math.floor(((pixel + 1) * count) / pixels)];
  const members = Array.from({ length: Math.min(3, end - from) }, (_, k) => order?.[from + k] ?? from + k);
  const named = (k: number) => (ids ? `${k} “${ids[k]}”` : String(k));
  if (end - from === 1) return `${side} ${named(members[0])}`;
  if (!order && !ids) return `${side}s ${from}–${end - 1}`;
  return `${side}s ${members.map(named).join(", ")}${end - from > members.length ? ", …" : ""}`;
}

/** Returns the first row or column of a pixel. */
export function indexAt(pixel: number, count: number, pixels: number, order: readonly number[] | undefined): number {
  const at = Math.floor((pixel * count) / pixels);
  return order ? order[at] : at;
}

/** Returns the pixel of a row or column. */
export function pixelOf(index: number, count: number, pixels: number, order: readonly number[] | null): number {
  const at = order ? order.indexOf(index) : index;
  return Math.floor(((at + 1) * pixels - 1) / count);
}
