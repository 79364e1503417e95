import { multiplyAdd } from "./product";
import { lastCell } from "./tail";

/**
 * Writes to three doubles at `out`, for the cosines that are not NaN: their number, their sum, and the sum of the Gaussian potentials
 * e^(−2·|x − y|²) = e^(4·cos − 4) of two vectors of length 1. The relative error of a potential is at most 1e-13.
 *
 * @param cells `count` cosines in [−1, 1], or NaN.
 * @see T. Wang, P. Isola, https://arxiv.org/abs/2005.10242, section 4.1.2
 */
export function sumPotentials(cells: usize, count: i32, out: usize): void {
  let number = i64x2.splat(0);
  let sum = f64x2.splat(0);
  let potentials = sum;
  let j = 0;
  // Four independent chains of multiplications keep the units of the processor busy.
  for (; j < count - 7; j += 8) {
    const at = cells + (<usize>j << 3);
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    number = i64x2.sub(number, i64x2.add(i64x2.add(isNumber(a), isNumber(b)), i64x2.add(isNumber(c), isNumber(d))));
    sum = f64x2.add(sum, f64x2.add(f64x2.add(orZero(a, a), orZero(b, b)), f64x2.add(orZero(c, c), orZero(d, d))));
    const ofAB = f64x2.add(orZero(potential(a), a), orZero(potential(b), b));
    const ofCD = f64x2.add(orZero(potential(c), c), orZero(potential(d), d));
    potentials = f64x2.add(potentials, f64x2.add(ofAB, ofCD));
  }
  for (; j < count; j++) {
    const a = lastCell(cells + (<usize>j << 3));
    number = i64x2.sub(number, isNumber(a));
    sum = f64x2.add(sum, orZero(a, a));
    potentials = f64x2.add(potentials, orZero(potential(a), a));
  }
  store<f64>(out, <f64>(i64x2.extract_lane(number, 0) + i64x2.extract_lane(number, 1)));
  store<f64>(out, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1), 8);
  store<f64>(out, f64x2.extract_lane(potentials, 0) + f64x2.extract_lane(potentials, 1), 16);
}

// @ts-ignore: decorator
@inline
function isNumber(cells: v128): v128 {
  return f64x2.eq(cells, cells);
}

/** Returns values, with 0 where a cell is NaN. */
// @ts-ignore: decorator
@inline
function orZero(values: v128, cells: v128): v128 {
  return v128.and(values, isNumber(cells));
}

/**
 * Coefficients from that of x⁸ on of a polynomial that is e^((x − 1) / 8) with a relative error of 1e-16 for −1 ≤ x ≤ 1, fitted at
 * Chebyshev nodes. They are read from memory, because constants are computed again in each iteration.
 */
const COEFFICIENTS = memory.data<f64>([
  1.3050958649508806e-12, 8.353429191637032e-11, 4.6756364527244326e-9, 2.2443053749599385e-7, 8.977222723338162e-6,
  0.000287271127151919, 0.006894507051442143, 0.1103121128230738, 0.8824969025845955,
]);

/** Returns e^(4x − 4), the 32nd power of e^((x − 1) / 8). */
// @ts-ignore: decorator
@inline
function potential(x: v128): v128 {
  let power = multiplyAdd<f64>(v128.load64_splat(COEFFICIENTS), x, v128.load64_splat(COEFFICIENTS, 8));
  power = multiplyAdd<f64>(power, x, v128.load64_splat(COEFFICIENTS, 16));
  power = multiplyAdd<f64>(power, x, v128.load64_splat(COEFFICIENTS, 24));
  power = multiplyAdd<f64>(power, x, v128.load64_splat(COEFFICIENTS, 32));
  power = multiplyAdd<f64>(power, x, v128.load64_splat(COEFFICIENTS, 40));
  power = multiplyAdd<f64>(power, x, v128.load64_splat(COEFFICIENTS, 48));
  power = multiplyAdd<f64>(power, x, v128.load64_splat(COEFFICIENTS, 56));
  power = multiplyAdd<f64>(power, x, v128.load64_splat(COEFFICIENTS, 64));
  power = f64x2.mul(power, power);
  power = f64x2.mul(power, power);
  power = f64x2.mul(power, power);
  power = f64x2.mul(power, power);
  return f64x2.mul(power, power);
}
