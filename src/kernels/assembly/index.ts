/** The kernels, as WebAssembly exports them. */

export { countDifferences, keepNearestBits, listNearBits, scoreBits } from "./bits";
export { finishCandidates, useCandidates } from "./candidates";
export { clipCells, clipFloats, rangeOfCells, rangeOfFloats, widenRows } from "./cells";
export { areFinite } from "./finite";
export { gatherColumns, gatherRows, listReaching } from "./gather";
export { countAbove, kthGreatest, listWithin } from "./nearest";
export { countNearer } from "./nearer";
export { indexOfCell, scanAnchor } from "./negatives";
export { pairSums, quickPairSums } from "./pair-sums";
export { sumPotentials } from "./potentials";
export { computePowers } from "./powers-of-ten";
export { chebyshev64, manhattan64, multiply32, multiply64, pack32, pack64, products32 } from "./product";
export { arrayEnd, scanArray } from "./scan-array";
export { scanEnd, scanRows, spansEnd } from "./scan-rows";
export { countInBins, listNearEdges, squaredDeviations, summarizeCells } from "./score-bins";
export { above, countNearerEach, makeTable, sumAbove } from "./score-table";
export { roots64, squares64, squaresOfProducts } from "./squares";
export { unitRows } from "./unit-rows";
export { writeRows } from "./write-rows";
