/** The kernels, as WebAssembly exports them. */

export { clipCells, rangeOfCells, widenRows } from "./cells";
export { indexOfCell, scanAnchor } from "./negatives";
export { computePowers } from "./powers-of-ten";
export { multiply32, multiply64, pack32, pack64 } from "./product";
export { scanArray, scanEnd, scanRows, spansEnd } from "./scan-rows";
export { unitRows } from "./unit-rows";
export { writeRows } from "./write-double";
