import { uniforms } from "../core/random.js";

/** Eigenvalues in descending order, and their eigenvectors. */
export interface Eigenpairs {
  readonly values: Float64Array;
  /** One row of n numbers per eigenvalue, orthonormal. */
  readonly vectors: Float64Array;
}

/** Up to this size, the whole matrix is made tridiagonal. */
const SMALL = 256;
/** A larger matrix is done when the residuals of the wanted pairs are this share of the largest eigenvalue. */
const TOLERANCE = 1e-8;
/** The first test for that, and the growth of the basis between two tests. */
const TESTS = { first: 32, growth: 1.15 };

/**
 * Returns the largest eigenvalues of a symmetric matrix and their eigenvectors, by the Lanczos method with full
 * reorthogonalisation. The result is the same in each run.
 *
 * A Krylov space has one vector of each eigenspace, so that equal eigenvalues may be missing. The vectors found are therefore
 * projected out and the search is repeated, until it finds no larger eigenvalue.
 *
 * @param matrix n×n, row-major.
 * @param count maximum number of eigenvalues.
 * @see B. N. Parlett, "The Symmetric Eigenvalue Problem", https://doi.org/10.1137/1.9781611971163, chapter 13
 */
export function largestEigenpairs(matrix: Float64Array, n: number, count: number): Eigenpairs {
  const wanted = Math.min(count, n);
  const random = uniforms(1);
  const search = new Lanczos(matrix, n, null, random);
  let found: Eigenpairs = search.largest(wanted, Number.NEGATIVE_INFINITY);
  while (!search.isComplete && wanted > 0) {
    const least = found.values[wanted - 1];
    const floor = least + TOLERANCE * Math.abs(found.values[0]);
    const more = new Lanczos(matrix, n, found, random).largest(wanted, floor);
    if (more.values.length === 0) break;
    found = merged(found, more, n, wanted);
  }
  return found;
}

function merged(one: Eigenpairs, other: Eigenpairs, n: number, count: number): Eigenpairs {
  const pairs = [one, other].flatMap(({ values, vectors }) =>
    Array.from(values, (value, i) => ({ value, vector: vectors.subarray(i * n, (i + 1) * n) })),
  );
  const kept = pairs.sort((a, b) => b.value - a.value).slice(0, count);
  const vectors = new Float64Array(kept.length * n);
  for (const [i, { vector }] of kept.entries()) vectors.set(vector, i * n);
  return { values: Float64Array.from(kept, ({ value }) => value), vectors };
}

/** An orthonormal basis in which a symmetric matrix is tridiagonal. */
class Lanczos {
  private basis: Float64Array;
  private readonly diagonal: number[] = [];
  /** Element i is beside the diagonal elements i and i + 1. */
  private readonly beside: number[] = [];
  private readonly limit: number;
  private readonly work: Float64Array;
  private size = 0;
  /** The largest absolute element of the tridiagonal matrix. */
  private scale = 0;

  /** @param locked eigenpairs whose vectors are projected out. */
  constructor(
    private readonly matrix: Float64Array,
    private readonly n: number,
    private readonly locked: Eigenpairs | null,
    private readonly random: () => number,
  ) {
    this.limit = n - (locked?.values.length ?? 0);
    this.basis = new Float64Array(n * Math.min(this.limit, TESTS.first));
    this.work = new Float64Array(n);
  }

  /** Whether the basis is one of the whole space. */
  get isComplete(): boolean {
    return this.size === this.limit;
  }

  /** Returns at most `count` eigenpairs whose eigenvalue is above `floor`. */
  largest(count: number, floor: number): Eigenpairs {
    let next = this.fresh();
    let test = this.n > SMALL ? TESTS.first : Number.POSITIVE_INFINITY;
    while (next) {
      next = this.step(next);
      if (this.size < test || !next) continue;
      if (this.isDone(count, floor)) break;
      test = Math.ceil(this.size * TESTS.growth);
    }
    const { n, size, basis } = this;
    const { values } = tridiagonalEigenvalues(this.diagonal, this.beside.slice(0, size - 1));
    const above = values.slice(0, count).filter((value) => value > floor);
    const inBasis = tridiagonalEigenvectors(this.diagonal, this.beside, above, this.random);
    const vectors = new Float64Array(above.length * n);
    for (let i = 0; i < above.length; i++) {
      const vector = vectors.subarray(i * n, (i + 1) * n);
      addRows(basis, size, n, inBasis.subarray(i * size, (i + 1) * size), 1, vector);
    }
    return { values: above, vectors };
  }

  /** Adds a vector to the basis, and returns the next one; null if the basis is complete. */
  private step(vector: Float64Array): Float64Array | null {
    const { n, matrix, work, diagonal, beside } = this;
    const last = this.size++;
    const basis = this.roomFor(this.size);
    basis.set(vector, last * n);
    rowsTimes(matrix, n, n, vector, work);
    diagonal.push(dot(vector, work));
    addRows(vector, 1, n, [diagonal[last]], -1, work);
    if (last > 0) addRows(basis.subarray((last - 1) * n), 1, n, [beside[last - 1]], -1, work);
    const length = this.orthogonalise(work);
    if (this.isComplete) return null;
    this.scale = Math.max(this.scale, Math.abs(diagonal[last]), length);
    // The product adds nothing to the basis: another vector continues it.
    if (!(length > n * Number.EPSILON * this.scale)) {
      beside.push(0);
      return this.fresh();
    }
    beside.push(length);
    return work.map((value) => value / length);
  }

  /** Returns the basis with room for a number of vectors. */
  private roomFor(vectors: number): Float64Array {
    const { n, limit } = this;
    if (vectors * n > this.basis.length) {
      const larger = new Float64Array(n * Math.min(limit, 2 * vectors));
      larger.set(this.basis);
      this.basis = larger;
    }
    return this.basis;
  }

  /** Returns a unit vector that is orthogonal to the basis; null if there is none. */
  private fresh(): Float64Array | null {
    if (this.limit === 0) return null;
    const vector = Float64Array.from({ length: this.n }, () => this.random() - 0.5);
    let length = this.orthogonalise(vector);
    length = this.orthogonalise(vector);
    return vector.map((value) => value / length);
  }

  /**
   * Subtracts the projections to the basis and to the locked vectors, a second time if that leaves less than half, and
   * returns the length of the rest.
   */
  private orthogonalise(vector: Float64Array): number {
    const { n, size, basis, locked } = this;
    let before = Math.sqrt(dot(vector, vector));
    for (let pass = 0; pass < 3; pass++) {
      for (const [rows, count] of [[locked?.vectors, locked?.values.length ?? 0] as const, [basis, size] as const]) {
        if (!rows || count === 0) continue;
        const parts = new Float64Array(count);
        rowsTimes(rows, count, n, vector, parts);
        addRows(rows, count, n, parts, -1, vector);
      }
      const after = Math.sqrt(dot(vector, vector));
      if (after >= before / 2) return after;
      before = after;
    }
    return before;
  }

  /** Whether the residuals of the wanted eigenpairs are small, or no eigenvalue can exceed `floor`. */
  private isDone(count: number, floor: number): boolean {
    const { diagonal, beside, size } = this;
    const { values, last } = tridiagonalEigenvalues(diagonal, beside.slice(0, size - 1));
    const rest = beside[size - 1];
    const bound = TOLERANCE * Math.max(Math.abs(values[0]), this.locked?.values[0] ?? 0);
    if (size < count && !(values[0] + Math.abs(rest * last[0]) < floor)) return false;
    for (let i = 0; i < Math.min(count, size); i++) {
      const residual = Math.abs(rest * last[i]);
      if (values[i] + residual > floor && residual > bound) return false;
    }
    return true;
  }
}

/**
 * Returns the eigenvalues of a symmetric tridiagonal matrix in descending order, and the last component of each eigenvector,
 * by the QL algorithm with implicit shifts.
 *
 * @param beside one element fewer than the diagonal.
 * @see H. Bowdler, R. S. Martin, C. Reinsch, J. H. Wilkinson, "The QR and QL algorithms for symmetric matrices",
 * https://doi.org/10.1007/BF02165404
 */
function tridiagonalEigenvalues(
  diagonal: readonly number[],
  beside: readonly number[],
): { values: Float64Array; last: Float64Array } {
  const n = diagonal.length;
  const d = Float64Array.from(diagonal);
  const e = new Float64Array(n);
  e.set(beside);
  const z = new Float64Array(n);
  if (n > 0) z[n - 1] = 1;
  for (let l = 0; l < n; l++) {
    for (;;) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]) > Number.EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
      if (m === l) break;
      const half = (d[l + 1] - d[l]) / (2 * e[l]);
      const root = Math.hypot(half, 1);
      let g = d[m] - d[l] + e[l] / (half + (half >= 0 ? root : -root));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i];
        const b = c * e[i];
        const r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        const t = (d[i] - g) * s + 2 * c * b;
        p = s * t;
        d[i + 1] = g + p;
        g = c * t - b;
        const turned = z[i + 1];
        z[i + 1] = s * z[i] + c * turned;
        z[i] = c * z[i] - s * turned;
      }
      if (i >= l) continue;
      d[l] -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
  const order = Array.from(d, (_, i) => i).sort((i, j) => d[j] - d[i]);
  return { values: Float64Array.from(order, (i) => d[i]), last: Float64Array.from(order, (i) => z[i]) };
}

/** Number of solutions of inverse iteration. */
const SOLUTIONS = 3;

/**
 * Returns the eigenvectors of a symmetric tridiagonal matrix for some of its eigenvalues, by inverse iteration. Each is made
 * orthogonal to those before it, so that equal eigenvalues have different vectors.
 *
 * @returns one row per eigenvalue.
 */
function tridiagonalEigenvectors(
  diagonal: readonly number[],
  beside: readonly number[],
  values: Float64Array,
  random: () => number,
): Float64Array {
  const n = diagonal.length;
  const vectors = new Float64Array(values.length * n);
  const scale = diagonal.reduce(
    (most, value, i) => Math.max(most, Math.abs(value) + Math.abs(i < n - 1 ? beside[i] : 0)),
    0,
  );
  for (const [k, value] of values.entries()) {
    const vector = vectors.subarray(k * n, (k + 1) * n);
    const solve = solverOf(diagonal, beside, value, Number.EPSILON * (scale || 1));
    for (let i = 0; i < n; i++) vector[i] = random() - 0.5;
    for (let turn = 0; turn < SOLUTIONS; turn++) {
      solve(vector);
      normalise(vector);
      for (let pass = 0; pass < 2; pass++) {
        for (let before = 0; before < k; before++) {
          const other = vectors.subarray(before * n, (before + 1) * n);
          addRows(other, 1, n, [dot(other, vector)], -1, vector);
        }
        normalise(vector);
      }
    }
  }
  return vectors;
}

/** Returns a function that solves (T − value)·x = b in place, by elimination with pivots of at least `least`. */
function solverOf(
  diagonal: readonly number[],
  beside: readonly number[],
  value: number,
  least: number,
): (b: Float64Array) => void {
  const n = diagonal.length;
  const pivots = new Float64Array(n);
  const above = new Float64Array(n);
  const second = new Float64Array(n);
  const factors = new Float64Array(n);
  const isSwapped = new Uint8Array(n);
  let [pivot, next] = [diagonal[0] - value, n > 1 ? beside[0] : 0];
  for (let i = 0; i < n - 1; i++) {
    const [below, own] = [beside[i], diagonal[i + 1] - value];
    const right = i < n - 2 ? beside[i + 1] : 0;
    if (Math.abs(below) > Math.abs(pivot)) {
      isSwapped[i] = 1;
      factors[i] = pivot / below;
      [pivots[i], above[i], second[i]] = [below, own, right];
      [pivot, next] = [next - factors[i] * own, -factors[i] * right];
    } else {
      pivots[i] = Math.abs(pivot) < least ? least : pivot;
      factors[i] = below / pivots[i];
      above[i] = next;
      [pivot, next] = [own - factors[i] * next, right];
    }
  }
  pivots[n - 1] = Math.abs(pivot) < least ? least : pivot;
  return (b) => {
    for (let i = 0; i < n - 1; i++) {
      if (isSwapped[i]) [b[i], b[i + 1]] = [b[i + 1], b[i]];
      b[i + 1] -= factors[i] * b[i];
    }
    for (let i = n - 1; i >= 0; i--) {
      const known = (i < n - 1 ? above[i] * b[i + 1] : 0) + (i < n - 2 ? second[i] * b[i + 2] : 0);
      b[i] = (b[i] - known) / pivots[i];
      // Equal eigenvalues make solutions grow with each pivot.
      if (Math.abs(b[i]) > 2 ** 500) for (let k = 0; k < n; k++) b[k] *= 2 ** -500;
    }
  };
}

function normalise(vector: Float64Array): void {
  let most = 0;
  for (const value of vector) most = Math.max(most, Math.abs(value));
  for (let i = 0; i < vector.length; i++) vector[i] /= most;
  const length = Math.sqrt(dot(vector, vector));
  for (let i = 0; i < vector.length; i++) vector[i] /= length;
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i] * other[i];
  return sum;
}

/** Writes the product of each of `count` rows with a vector to `out`; four rows at a time keep the processor busy. */
function rowsTimes(rows: Float64Array, count: number, n: number, vector: Float64Array, out: Float64Array): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const [r0, r1, r2, r3] = [i * n, (i + 1) * n, (i + 2) * n, (i + 3) * n];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let k = 0; k < n; k++) {
      const value = vector[k];
      s0 += rows[r0 + k] * value;
      s1 += rows[r1 + k] * value;
      s2 += rows[r2 + k] * value;
      s3 += rows[r3 + k] * value;
    }
    out[i] = s0;
    out[i + 1] = s1;
    out[i + 2] = s2;
    out[i + 3] = s3;
  }
  for (; i < count; i++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += rows[i * n + k] * vector[k];
    out[i] = sum;
  }
}

/** Adds `count` rows, each multiplied by its factor and by `sign`, to a vector. */
function addRows(
  rows: Float64Array,
  count: number,
  n: number,
  factors: ArrayLike<number>,
  sign: 1 | -1,
  vector: Float64Array,
): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const [r0, r1, r2, r3] = [i * n, (i + 1) * n, (i + 2) * n, (i + 3) * n];
    const [f0, f1, f2, f3] = [sign * factors[i], sign * factors[i + 1], sign * factors[i + 2], sign * factors[i + 3]];
    for (let k = 0; k < n; k++) {
      vector[k] += f0 * rows[r0 + k] + f1 * rows[r1 + k] + f2 * rows[r2 + k] + f3 * rows[r3 + k];
    }
  }
  for (; i < count; i++) {
    const factor = sign * factors[i];
    for (let k = 0; k < n; k++) vector[k] += factor * rows[i * n + k];
  }
}
