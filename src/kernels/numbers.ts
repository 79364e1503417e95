/** Vectors in float64, or in float32. */
export type Numbers = Float64Array | Float32Array;
