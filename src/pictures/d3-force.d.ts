/** The parts of d3-force that arrange a graph; the package has no types. */
declare module "d3-force" {
  export interface Force<N> {
    strength(strength: number | ((node: N) => number)): this;
  }
  export interface LinkForce<N> extends Force<N> {
    distance(distance: number): this;
  }
  export interface ManyBodyForce<N> extends Force<N> {
    distanceMax(distance: number): this;
  }
  export interface Simulation<N> {
    force(name: string, force: Force<N>): this;
    stop(): this;
    tick(iterations: number): this;
  }
  export function forceSimulation<N>(nodes: N[]): Simulation<N>;
  export function forceLink<N>(links: { source: number; target: number }[]): LinkForce<N>;
  export function forceManyBody<N>(): ManyBodyForce<N>;
  export function forceX<N>(x: number): Force<N>;
  export function forceY<N>(y: number): Force<N>;
}
