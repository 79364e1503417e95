/**
 * Prints the GFLOP/s of a library's product of two ROWS×DIMENSIONS matrices, the second transposed, timed warm.
 * `make` turns an array of rows into the library's matrix, `product` multiplies two of them.
 */
export function printProductRate([rows, dimensions], make, product) {
  const numbers = () =>
    Array.from({ length: rows }, () => Array.from({ length: dimensions }, () => Math.random() * 2 - 1));
  const [left, right] = [make(numbers()), make(numbers())];
  const seconds = () => {
    const before = performance.now();
    product(left, right);
    return (performance.now() - before) / 1000;
  };
  seconds(); // compiles it
  const times = [seconds(), seconds(), seconds()].sort((x, y) => x - y);
  console.log((2e-9 * rows * rows * dimensions) / times[1]);
}
