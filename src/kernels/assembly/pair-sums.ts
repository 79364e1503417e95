/**
 * Writes to eight doubles at `out`, for each row, Σ xy, Σ x², Σ y² and Σ |x − y| over the components of two rows, each as the sum of
 * two doubles: `pair-sums.ts` of `similarity/exact/` has the bound of their error. Products of float32 components are doubles, and
 * their sums and the differences are split into the rounded value and its rounding error.
 *
 * @param x `rows` rows of d float32 components, behind which four more bytes can be read. @param y as many.
 */
export function pairSums(x: usize, y: usize, rows: i32, d: i32, out: usize): void {
  for (let row = 0; row < rows; row++) {
    sumRow(x, y, d, out);
    x += <usize>d << 2;
    y += <usize>d << 2;
    out += 64;
  }
}

/**
 * Writes to five doubles at `out`, for each row, Σ xy, Σ x², Σ y², Σ (x − y)² and Σ |x − y| over the components of two rows, added up in
 * doubles.
 *
 * @param x `rows` rows of d float32 components, behind which four more bytes can be read. @param y as many.
 */
export function quickPairSums(x: usize, y: usize, rows: i32, d: i32, out: usize): void {
  for (let row = 0; row < rows; row++) {
    let product = f64x2.splat(0);
    let squareOfX = product;
    let squareOfY = product;
    let square = product;
    let distance = product;
    for (let k = 0; k < d; k += 2) {
      const u = componentsAt(x, k, d);
      const v = componentsAt(y, k, d);
      const difference = f64x2.sub(u, v);
      product = f64x2.add(product, f64x2.mul(u, v));
      squareOfX = f64x2.add(squareOfX, f64x2.mul(u, u));
      squareOfY = f64x2.add(squareOfY, f64x2.mul(v, v));
      square = f64x2.add(square, f64x2.mul(difference, difference));
      distance = f64x2.add(distance, f64x2.abs(difference));
    }
    store<f64>(out, sumOfLanes(product));
    store<f64>(out, sumOfLanes(squareOfX), 8);
    store<f64>(out, sumOfLanes(squareOfY), 16);
    store<f64>(out, sumOfLanes(square), 24);
    store<f64>(out, sumOfLanes(distance), 32);
    x += <usize>d << 2;
    y += <usize>d << 2;
    out += 40;
  }
}

/** Returns components k and k + 1 of a row as doubles, or 0 behind the last one. */
// @ts-ignore: decorator
@inline
function componentsAt(row: usize, k: i32, d: i32): v128 {
  let floats = v128.load64_zero(row + (<usize>k << 2));
  // The second number is that of another row.
  if (k + 1 === d) floats = f32x4.replace_lane(floats, 1, 0);
  return f64x2.promote_low_f32x4(floats);
}

// @ts-ignore: decorator
@inline
function sumOfLanes(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

function sumRow(x: usize, y: usize, d: i32, out: usize): void {
  let product = f64x2.splat(0);
  let squareOfX = product;
  let squareOfY = product;
  let distance = product;
  let restOfProduct = product;
  let restOfX = product;
  let restOfY = product;
  let restOfDistance = product;
  for (let k = 0; k < d; k += 2) {
    const u = componentsAt(x, k, d);
    const v = componentsAt(y, k, d);
    const uv = f64x2.mul(u, v);
    const uu = f64x2.mul(u, u);
    const vv = f64x2.mul(v, v);
    const difference = f64x2.sub(u, v);
    const back = f64x2.sub(difference, u);
    const error = f64x2.sub(f64x2.sub(u, f64x2.sub(difference, back)), f64x2.add(v, back));
    const size = f64x2.abs(difference);
    const nextProduct = f64x2.add(product, uv);
    const nextOfX = f64x2.add(squareOfX, uu);
    const nextOfY = f64x2.add(squareOfY, vv);
    const nextDistance = f64x2.add(distance, size);
    restOfProduct = f64x2.add(restOfProduct, errorOfSum(product, uv, nextProduct));
    restOfX = f64x2.add(restOfX, errorOfSum(squareOfX, uu, nextOfX));
    restOfY = f64x2.add(restOfY, errorOfSum(squareOfY, vv, nextOfY));
    // The error has the sign that the difference gives it.
    const signed = v128.xor(error, v128.and(difference, f64x2.splat(-0.0)));
    restOfDistance = f64x2.add(restOfDistance, f64x2.add(errorOfSum(distance, size, nextDistance), signed));
    product = nextProduct;
    squareOfX = nextOfX;
    squareOfY = nextOfY;
    distance = nextDistance;
  }
  storePair(product, restOfProduct, out);
  storePair(squareOfX, restOfX, out + 16);
  storePair(squareOfY, restOfY, out + 32);
  storePair(distance, restOfDistance, out + 48);
}

/** Returns `sum + term − next`, where `next` is the rounded sum. */
// @ts-ignore: decorator
@inline
function errorOfSum(sum: v128, term: v128, next: v128): v128 {
  const added = f64x2.sub(next, sum);
  return f64x2.add(f64x2.sub(sum, f64x2.sub(next, added)), f64x2.sub(term, added));
}

/** Stores the sum of both lanes as the sum of two doubles. */
function storePair(sum: v128, rest: v128, out: usize): void {
  const first = f64x2.extract_lane(sum, 0);
  const second = f64x2.extract_lane(sum, 1);
  const both = first + second;
  const added = both - first;
  const error = first - (both - added) + (second - added);
  store<f64>(out, both);
  store<f64>(out, error + sumOfLanes(rest), 8);
}
