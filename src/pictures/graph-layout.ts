import { forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";

const STEPS = 300;
/** Distance of linked points. */
const LINK = 30;

/**
 * Returns places for the points of a graph: linked points are near each other, all others repel each other. The places are the
 * same in each run.
 *
 * @param links pairs of indices of points.
 */
export function graphLayout(
  points: number,
  links: readonly (readonly [number, number])[],
): { readonly x: number; readonly y: number }[] {
  const nodes = Array.from({ length: points }, () => ({ x: Number.NaN, y: Number.NaN }));
  forceSimulation(nodes)
    .stop()
    .force("link", forceLink(links.map(([source, target]) => ({ source, target }))).distance(LINK))
    .force("repel", forceManyBody().distanceMax(8 * LINK))
    .force("x", forceX(0).strength(0.08))
    .force("y", forceY(0).strength(0.1))
    .tick(STEPS);
  return nodes.map(({ x, y }) => ({ x, y }));
}
