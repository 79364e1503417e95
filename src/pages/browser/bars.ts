const BARS = 120;
const [WIDTH, HEIGHT, LEFT, TOP] = [470, 220, 52, 24];

/**
 * Draws the loss of each anchor, or the largest loss of each group of anchors, as bars.
 *
 * @param most the loss at the top of the axis, the same for all margins.
 */
export function bars(losses: Float64Array, most: number): SVGElement {
  const count = Math.min(BARS, losses.length);
  const edge = (k: number) => Math.floor((k * losses.length) / count);
  const largest = Array.from({ length: count }, (_, k) => Math.max(0, ...losses.subarray(edge(k), edge(k + 1))));
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + 36}`, width: WIDTH, height: HEIGHT + 36, role: "img" });
  const top = Math.max(...largest);
  svg.setAttribute("aria-label", `losses of ${losses.length} anchors, at most ${top.toFixed(4)}`);
  const heightOf = (loss: number) => (most > 0 ? (loss / most) * (HEIGHT - TOP) : 0);
  const step = (WIDTH - LEFT) / count;
  const drawn = largest.map((loss, k) => {
    const size = heightOf(loss);
    const [first, last] = [edge(k), edge(k + 1) - 1];
    const name = first === last ? `anchor ${first}` : `anchors ${first}–${last}`;
    const width = step > 3 ? step - 1 : step;
    const bar = draw("rect", { x: LEFT + k * step, y: HEIGHT - size, width, height: size, fill: "#0072b2" });
    bar.append(draw("title", {}, `${name}: ${loss.toFixed(4)}`));
    return bar;
  });
  const text = (x: number, y: number, anchor: string, content: string) =>
    draw("text", { x, y, "text-anchor": anchor, "font-size": 11 }, content);
  const ticks = ticksUpTo(most).flatMap((value) => {
    const y = HEIGHT - heightOf(value);
    const line = {
      x1: LEFT,
      x2: WIDTH,
      y1: y,
      y2: y,
      stroke: "currentColor",
      "stroke-opacity": value === 0 ? 1 : 0.12,
    };
    return [draw("line", line), text(LEFT - 6, y + 4, "end", String(value))];
  });
  svg.append(
    text(0, 12, "start", "↑ loss"),
    ...ticks,
    ...drawn,
    text(LEFT, HEIGHT + 16, "start", "0"),
    text(WIDTH, HEIGHT + 16, "end", String(losses.length - 1)),
    text((LEFT + WIDTH) / 2, HEIGHT + 30, "middle", "anchor"),
  );
  return svg;
}

/** Returns four to eight round numbers from 0. */
function ticksUpTo(most: number): number[] {
  if (!(most > 0)) return [0];
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [0.2, 0.5, 1, 2].map((factor) => factor * power).find((each) => most / each <= 8) ?? power;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, k) => Number((k * step).toPrecision(6)));
}

function draw(name: string, attributes: { readonly [name: string]: string | number }, text = ""): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}
