import { type Attributes, element, type Markup } from "./markup.js";
import { PICTURE_STYLE } from "./picture.js";

/** Returns a picture as SVG: its contents on a ground, with a title for readers who do not see it. */
export function framed(
  { width, height }: { readonly width: number; readonly height: number },
  attributes: Attributes,
  title: string,
  contents: readonly Markup[],
): string {
  const svg = element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, ...attributes },
    element("title", {}, title),
    element("style", {}, PICTURE_STYLE),
    element("rect", { class: "ground", width, height }),
    ...contents,
  );
  return `${svg.text}\n`;
}
