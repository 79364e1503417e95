/** The kernels, as WebAssembly exports them. */

export { clipCells, rangeOfCells, widenRows } from "./cells";
export { countAbove, kthGreatest, listWithin } from "./nearest";
export { indexOfCell, scanAnchor } from "./negatives";
export { computePowers } from "./powers-of-ten";
export { chebyshev64, manhattan64, multiply32, multiply64, pack32, pack64 } from "./product";
export { arrayEnd, scanArray } from "./scan-array";
export { scanEnd, scanRows, spansEnd } from "./scan-rows";
export { roots64, squares64, squaresOfProducts } from "./squares";
export { unitRows } from "./unit-rows";
export { writeRows } from "./write-rows";
