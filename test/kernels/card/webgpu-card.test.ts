import { expect } from "chai";
import fc from "fast-check";
import { type CardBuffer, CardError, type CardTerms, type ScoreBlock } from "#dist/kernels/card/card.js";
import { loadWebgpu } from "#dist/kernels/card/webgpu/load-webgpu.js";
import type { WebgpuCard } from "#dist/kernels/card/webgpu/webgpu-card.js";
import { drawing } from "../../reference.js";
import { openSoftwareCard } from "./software-card.js";

const NO_ROW = 0x7fffffff;
const UNIT_ROUNDOFF = 2 ** -24;
const HOWS = ["as it is", "minus", "times"] as const;

describe("a WebGPU card", () => {
  let card: WebgpuCard;
  const taken: CardBuffer[] = [];

  before(async function () {
    const opened = await openSoftwareCard();
    if (opened) card = opened;
    else this.skip();
  });
  afterEach(() => {
    for (const buffer of taken.splice(0)) card.release(buffer);
  });
  after(() => card?.close());

  const take = (bytes: number): CardBuffer => {
    const buffer = card.allocate(bytes);
    taken.push(buffer);
    return buffer;
  };
  const holding = (numbers: Float32Array | Uint32Array): CardBuffer => {
    const buffer = take(numbers.byteLength);
    card.write(buffer, numbers);
    return buffer;
  };
  const floatsOf = async (buffer: CardBuffer, count: number) => new Float32Array(await card.read(buffer, 0, 4 * count));
  const wordsOf = async (buffer: CardBuffer, count: number) => new Uint32Array(await card.read(buffer, 0, 4 * count));

  it("names its device, and limits that it has", () => {
    expect(card.description).to.match(/\S+, \S+/);
    expect(card.limits.bufferBytes).to.be.at.least(2 ** 27);
    expect(card.limits.totalBytes).to.be.at.least(2 ** 27);
  });

  describe("writes and reads", () => {
    it("what was written, at its place", async () => {
      const numbers = new Float32Array(new SharedArrayBuffer(40)).map((_, i) => i + 0.5);
      const buffer = holding(numbers);
      card.write(buffer, Float32Array.of(-1, -2), 8);
      numbers.fill(0);
      expect([...(await floatsOf(buffer, 10))]).to.deep.equal([0.5, 1.5, -1, -2, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5]);
      expect([...new Float32Array(await card.read(buffer, 12, 8))]).to.deep.equal([-2, 4.5]);
    });

    it("shared memory, and more than a piece", async () => {
      const words = new Uint32Array(new SharedArrayBuffer(4 * 2_500_003));
      for (let i = 0; i < words.length; i++) words[i] = Math.imul(i, 2654435761);
      const found = await wordsOf(holding(words), words.length);
      expect(found.every((word, i) => word === words[i])).to.equal(true);
    });

    it("several times at once, in the order of the calls", async () => {
      const buffer = take(16);
      const reads = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((number) => {
        card.write(buffer, Float32Array.of(number));
        return floatsOf(buffer, 1);
      });
      expect((await Promise.all(reads)).map(([number]) => number)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    });

    it("nothing", async () => {
      expect((await card.read(take(0), 0, 0)).byteLength).to.equal(0);
    });
  });

  describe("multiplies", () => {
    /** Compares a product with one in float64. */
    async function expectProduct(left: Float32Array, right: Float32Array, d: number, skip = { left: 0, right: 0 }) {
      const [rows, columns] = [left.length / d - skip.left, right.length / d - skip.right];
      const stride = 4 * Math.ceil(columns / 4) + 4;
      const scores = take(4 * rows * stride);
      const ofLeft = holding(left);
      const ofRight = left === right ? ofLeft : holding(right);
      card.multiply({ buffer: ofLeft, first: skip.left }, { buffer: ofRight, first: skip.right }, d, {
        scores,
        firstRow: 0,
        firstColumn: 0,
        rows,
        columns,
        stride,
      });
      const found = await floatsOf(scores, rows * stride);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let [sum, size] = [0, 0];
          for (let c = 0; c < d; c++) {
            const term = left[(skip.left + i) * d + c]! * right[(skip.right + j) * d + c]!;
            sum += term;
            size += Math.abs(term);
          }
          const cell = found[i * stride + j]!;
          const isRight = Number.isNaN(sum)
            ? Number.isNaN(cell)
            : Math.abs(cell - sum) <= 1.01 * d * UNIT_ROUNDOFF * size + d * 2 ** -125;
          if (!isRight) expect.fail(`cell ${i}, ${j} of ${rows}×${columns}×${d}: expected ${sum}, found ${cell}`);
        }
      }
    }

    const rowsOf = (n: number, d: number, scale = 1, seed = n + d) => {
      const draw = drawing(seed);
      return Float32Array.from({ length: n * d }, () => scale * (draw() - 0.5));
    };

    for (const [rows, columns, d] of [
      [1, 1, 1],
      [1, 1, 4],
      [3, 5, 2],
      [2, 131, 7],
      [127, 3, 16],
      [129, 130, 17],
      [128, 128, 32],
      [5, 261, 36],
      [7, 4, 769],
      [4, 9, 768],
    ] as const) {
      it(`${rows}×${d} by ${columns}×${d} numbers`, () => expectProduct(rowsOf(rows, d), rowsOf(columns, d, 1, 99), d));
    }

    it("numbers of any size, zeros and equal rows", async () => {
      for (const scale of [1e30, 1e-30, 1e15]) await expectProduct(rowsOf(5, 12, scale), rowsOf(6, 12, 1 / scale), 12);
      await expectProduct(rowsOf(5, 8, 1e-30), rowsOf(6, 8, 1e-30, 3), 8);
      await expectProduct(new Float32Array(24), rowsOf(6, 8), 8);
      await expectProduct(new Float32Array(24).fill(1 / 3), new Float32Array(24).fill(1 / 3), 8);
    });

    it("NaN into the cells of its rows only", async () => {
      const left = rowsOf(130, 9);
      left[129 * 9 + 8] = Number.NaN;
      const right = rowsOf(131, 9, 1, 2);
      right[130 * 9] = Number.NaN;
      await expectProduct(left, right, 9);
    });

    it("rows of any shape, from any row on", async () => {
      const shape = fc.record({
        rows: fc.integer({ min: 1, max: 40 }),
        columns: fc.integer({ min: 1, max: 40 }),
        d: fc.integer({ min: 1, max: 70 }),
        left: fc.integer({ min: 0, max: 5 }),
        right: fc.integer({ min: 0, max: 5 }),
      });
      await fc.assert(
        fc.asyncProperty(shape, ({ rows, columns, d, ...skip }) =>
          expectProduct(rowsOf(rows + skip.left, d), rowsOf(columns + skip.right, d, 1, 5), d, skip),
        ),
        { numRuns: 40 },
      );
    });

    it("a set by itself", async () => {
      const rows = rowsOf(20, 12);
      await expectProduct(rows, rows, 12, { left: 3, right: 1 });
    });
  });

  /** A matrix of products and what makes scores of them. */
  interface Scored {
    readonly rows: number;
    readonly columns: number;
    readonly products: Float32Array;
    readonly how: CardTerms["how"];
    readonly numbers: Float32Array;
  }

  const scoreAt = ({ columns, products, how, numbers }: Scored, i: number, j: number): number => {
    const product = products[i * columns + j]!;
    if (how === "as it is") return product;
    return Math.fround(how === "minus" ? product - numbers[j]! : product * numbers[j]!);
  };

  /** A block of columns of a matrix, on the card. */
  function blockOf({ rows, columns, products }: Scored, from: number, end: number, firstRow = 0): ScoreBlock {
    const stride = 4 * Math.ceil((end - from) / 4);
    const cells = new Float32Array(rows * stride).fill(Number.POSITIVE_INFINITY);
    for (let i = 0; i < rows; i++) cells.set(products.subarray(i * columns + from, i * columns + end), i * stride);
    return { scores: holding(cells), firstRow, firstColumn: from, rows, columns: end - from, stride };
  }

  const scored = (maximum: { rows: number; columns: number }) =>
    fc
      .record({
        rows: fc.integer({ min: 1, max: maximum.rows }),
        columns: fc.integer({ min: 1, max: maximum.columns }),
        how: fc.constantFrom(...HOWS),
        // Few different numbers give ties.
        values: fc.constantFrom(3, 50, 2 ** 24),
        scale: fc.constantFrom(1, 1e30, 1e-30),
        special: fc.constantFrom(0, 0, 0.05),
        seed: fc.integer({ min: 0, max: 2 ** 31 }),
      })
      .map(({ rows, columns, how, values, scale, special, seed }): Scored => {
        const draw = drawing(seed);
        const specials = [Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        const value = () =>
          draw() < special
            ? specials[Math.floor(draw() * specials.length)]!
            : scale * (Math.floor(draw() * values) / values - 0.5);
        const products = Float32Array.from({ length: rows * columns }, value);
        const numbers = Float32Array.from({ length: columns }, value);
        return { rows, columns, products, how, numbers };
      });

  describe("gathers", () => {
    interface Wanted {
      readonly k: number;
      readonly capacity: number;
      readonly margin: number;
      readonly bound: number;
      readonly selfOffset: number;
      readonly firstRow: number;
      readonly firstList: number;
      /** Where blocks end. */
      readonly cuts: readonly number[];
    }

    /** Gathers blocks, and compares the lists with all scores that reach the bound. Returns the counts. */
    async function expectLists(matrix: Scored, wanted: Wanted): Promise<Uint32Array> {
      const { rows, columns, how, numbers } = matrix;
      const { k, capacity, selfOffset, firstRow, firstList, cuts } = wanted;
      const [margin, bound] = [Math.fround(wanted.margin), Math.fround(wanted.bound)];
      const all = firstRow - firstList + rows;
      const lists = {
        entries: take(8 * capacity * all),
        counts: holding(new Uint32Array(all)),
        bounds: holding(new Float32Array(all).fill(bound)),
        margins: holding(new Float32Array(all).fill(margin)),
        capacity,
        firstRow: firstList,
      };
      const ends = [...new Set([...cuts.filter((cut) => cut > 0 && cut < columns), columns])].sort((x, y) => x - y);
      // The terms of a part of the corpus begin before its first block.
      const terms = { how, numbers: holding(numbers), first: 0 };
      for (const [at, end] of ends.entries()) {
        card.gather(blockOf(matrix, ends[at - 1] ?? 0, end, firstRow), terms, lists, k, selfOffset);
      }
      const counts = await wordsOf(lists.counts, all);
      const bounds = await floatsOf(lists.bounds, all);
      const words = await wordsOf(lists.entries, 2 * capacity * all);
      const scores = new Float32Array(words.buffer);
      expect([...counts.subarray(0, all - rows)]).to.deep.equal(Array(all - rows).fill(0));
      for (let i = 0; i < rows; i++) {
        const list = firstRow - firstList + i;
        const [count, found] = [counts[list]!, bounds[list]!];
        const of = Array.from({ length: columns }, (_, j) => ({ j, score: scoreAt(matrix, i, j) })).filter(
          ({ j, score }) => j !== firstRow + i + selfOffset && !Number.isNaN(score),
        );
        const kth = of.map(({ score }) => score).sort((x, y) => y - x)[k - 1] ?? Number.NEGATIVE_INFINITY;
        const most = Math.max(bound, Number.isNaN(kth - margin) ? kth : kth - margin);
        expect(found, `bound of row ${i}`).to.be.at.most(most);
        expect(found, `bound of row ${i}`).to.be.at.least(bound);
        if (count > capacity) {
          // Not all entries were there at the same time: the bound was lower before.
          expect(of.filter(({ score }) => score >= bound).length).to.be.above(capacity);
          continue;
        }
        const entries = Array.from({ length: count }, (_, e) => {
          const at = 2 * (list * capacity + e);
          return { j: words[at + 1]!, score: scores[at]! + 0 };
        }).sort((x, y) => x.j - y.j);
        const expected = of.filter(({ score }) => score >= found).map(({ j, score }) => ({ j, score: score + 0 }));
        expect(entries, `row ${i}`).to.deep.equal(expected);
      }
      return counts;
    }

    const ALL = {
      k: 1,
      capacity: 66,
      margin: 0,
      bound: Number.NEGATIVE_INFINITY,
      selfOffset: NO_ROW,
      firstRow: 0,
      firstList: 0,
      cuts: [],
    };
    const random = (rows: number, columns: number, how: Scored["how"] = "as it is", seed = 1): Scored => {
      const draw = drawing(seed);
      const values = (length: number) => Float32Array.from({ length }, () => draw() - 0.5);
      return { rows, columns, products: values(rows * columns), how, numbers: values(columns) };
    };

    it("exactly what reaches the bound, of any matrix in blocks of any size", async () => {
      const wanted = fc.record({
        k: fc.constantFrom(1, 2, 10, 100, 700, 1024),
        margin: fc.constantFrom(0, 1e-6, 0.1, 1e29, 3e38),
        bound: fc.constantFrom(Number.NEGATIVE_INFINITY, -0.2, 0, 0.4),
        selfOffset: fc.constantFrom(NO_ROW, 0, 1, 7, -1),
        firstRow: fc.constantFrom(3, 40),
        firstList: fc.constantFrom(0, 3),
        cuts: fc.array(fc.integer({ min: 1, max: 4500 }), { maxLength: 3 }),
        more: fc.constantFrom(0, 64, 600),
      });
      await fc.assert(
        fc.asyncProperty(scored({ rows: 5, columns: 4500 }), wanted, async (matrix, { more, ...rest }) => {
          await expectLists(matrix, { ...rest, capacity: 2 * rest.k + more });
          for (const buffer of taken.splice(0)) card.release(buffer);
        }),
        { numRuns: 60 },
      );
    });

    it("lists of about k columns for random scores, up to the greatest k", async () => {
      const cuts = [1000, 2000, 3000, 4000, 4001];
      for (const k of [1, 10, 200, card.mostNearest]) {
        const counts = await expectLists(random(3, 9000), { ...ALL, k, capacity: 2 * k + 64, cuts });
        for (const count of counts) expect(count).to.be.within(k, 1.5 * k);
      }
      // Each block raises the bound to the k-th greatest of all scores so far.
      for (const k of [200, card.mostNearest]) {
        const counts = await expectLists(random(3, 5000), { ...ALL, k, capacity: 2 * k + 64, cuts });
        expect([...counts]).to.deep.equal([k, k, k]);
      }
    });

    it("all columns if they are fewer than k", async () => {
      const counts = await expectLists(random(3, 9), { ...ALL, k: 10, capacity: 20 });
      expect([...counts]).to.deep.equal([9, 9, 9]);
    });

    it("scores, not products", async () => {
      for (const how of HOWS) await expectLists(random(4, 1500, how), { ...ALL, k: 5, capacity: 74, cuts: [701] });
    });

    it("no column of the row itself", async () => {
      const matrix = random(4, 30);
      for (let i = 0; i < 4; i++) matrix.products[i * 30 + i + 5 + 9] = 3;
      const counts = await expectLists(matrix, { ...ALL, selfOffset: 9, firstRow: 5, firstList: 5 });
      expect([...counts]).to.deep.equal([1, 1, 1, 1]);
    });

    it("more than fit: the count tells, and stays", async () => {
      const equal = { ...random(2, 1200), products: new Float32Array(2400).fill(0.25) };
      for (const count of await expectLists(equal, { ...ALL, k: 2, capacity: 68, cuts: [900] })) {
        expect(count).to.be.above(68);
      }
      // A later block raises the bound, but the entries of the first one are lost.
      equal.products.fill(0.5, 1000, 1200);
      const [first] = await expectLists(equal, { ...ALL, k: 2, capacity: 68, cuts: [900] });
      expect(first).to.be.above(68);
    });

    it("more than fit, and leaves the lists of other rows as they are", async () => {
      const matrix = { ...random(3, 1200), products: new Float32Array(3600).fill(0.25) };
      matrix.products.fill(0, 1200, 3600).fill(0.5, 1200, 1202).fill(0.5, 2400, 2402);
      const counts = await expectLists(matrix, { ...ALL, k: 2, capacity: 68, cuts: [60] });
      expect(counts[0]).to.be.above(68);
      expect([...counts.subarray(1)]).to.deep.equal([2, 2]);
    });

    it("lists with more entries than invocations, compacted", async () => {
      const matrix = random(2, 3000, "as it is", 8);
      // Ever greater scores: each block removes most of the entries before.
      for (let at = 0; at < matrix.products.length; at++) matrix.products[at]! += Math.floor((at % 3000) / 750);
      const counts = await expectLists(matrix, {
        ...ALL,
        k: 300,
        capacity: 1400,
        margin: 1.2,
        cuts: [750, 1500, 2250],
      });
      for (const count of counts) expect(count).to.be.above(750);
    });

    it("nothing of rows of NaN", async () => {
      const matrix = { ...random(2, 40), products: new Float32Array(80).fill(Number.NaN) };
      expect([...(await expectLists(matrix, ALL))]).to.deep.equal([0, 0]);
    });
  });

  describe("lists the cells that reach a bound", () => {
    async function expectPairs(matrix: Scored, bound: number, onlyUpper: boolean, capacity: number, firstRow = 0) {
      const { rows, columns, how, numbers } = matrix;
      const bounds = Float32Array.from({ length: rows }, (_, i) => bound + (i % 3) * 1e-3);
      const block = { ...blockOf(matrix, 0, columns, firstRow), firstColumn: 11 };
      const found = { pairs: take(8 * capacity), count: holding(Uint32Array.of(0)), capacity };
      card.reach(block, { how, numbers: holding(numbers), first: 11 }, holding(bounds), found, onlyUpper);
      const expected: string[] = [];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const reaches = scoreAt(matrix, i, j) >= bounds[i]! && (!onlyUpper || j + 11 > i + firstRow);
          if (reaches) expected.push(`${i + firstRow} ${j + 11}`);
        }
      }
      const [count] = await wordsOf(found.count, 1);
      expect(count).to.equal(expected.length);
      const words = await wordsOf(found.pairs, 2 * Math.min(capacity, count!));
      const pairs = Array.from({ length: words.length / 2 }, (_, at) => `${words[2 * at]} ${words[2 * at + 1]}`);
      if (count! <= capacity) expect(pairs.sort()).to.deep.equal(expected.sort());
      else expect(expected).to.include.members(pairs);
      expect(new Set(pairs).size).to.equal(pairs.length);
    }

    it("of any matrix", async () => {
      const bounds = fc.constantFrom(Number.NEGATIVE_INFINITY, -0.3, 0, 0.45, Number.POSITIVE_INFINITY, Number.NaN);
      const firstRow = fc.constantFrom(0, 12, 900);
      await fc.assert(
        fc.asyncProperty(
          scored({ rows: 9, columns: 1300 }),
          bounds,
          fc.boolean(),
          firstRow,
          async (matrix, bound, onlyUpper, row) => {
            await expectPairs(matrix, bound, onlyUpper, 3000, row);
            for (const buffer of taken.splice(0)) card.release(buffer);
          },
        ),
        { numRuns: 40 },
      );
    });

    it("of several blocks, one after the other", async () => {
      const found = { pairs: take(800), count: holding(Uint32Array.of(0)), capacity: 100 };
      const terms = { how: "as it is", numbers: found.count, first: 0 } as const;
      for (const firstColumn of [0, 8]) {
        const scores = holding(Float32Array.of(1, 0, 1, 0, 0, 1, 0, 1));
        const block = { scores, firstRow: 0, firstColumn, rows: 2, columns: 3, stride: 4 };
        card.reach(block, terms, holding(Float32Array.of(0.5, 0.5)), found, false);
      }
      expect([...(await wordsOf(found.count, 1))]).to.deep.equal([6]);
      const words = await wordsOf(found.pairs, 12);
      const pairs = Array.from({ length: 6 }, (_, at) => `${words[2 * at]} ${words[2 * at + 1]}`);
      expect(pairs.sort()).to.deep.equal(["0 0", "0 10", "0 2", "0 8", "1 1", "1 9"]);
    });
  });
});

describe("a WebGPU card that fails", () => {
  async function failureOf(call: (card: WebgpuCard) => unknown): Promise<Error | null> {
    const card = (await openSoftwareCard())!;
    try {
      await call(card);
      return null;
    } catch (error) {
      return error as Error;
    } finally {
      card.close();
    }
  }
  const deviceOf = (card: WebgpuCard) => (card as unknown as { device: GPUDevice }).device;

  before(async function () {
    const card = await openSoftwareCard();
    if (!card) this.skip();
    card.close();
  });

  it("has no memory left", async () => {
    const error = await failureOf(async (card) => {
      const buffers = Array.from({ length: 64 }, () => card.allocate(card.limits.bufferBytes));
      card.write(buffers[63]!, Float32Array.of(1));
      await card.read(buffers[63]!, 0, 4);
    });
    expect(error).instanceOf(CardError);
    expect(error?.message).to.match(/^[^\n]+: the device has no memory left$/);
  });

  it("is asked for a larger buffer than it has", async () => {
    const error = await failureOf((card) => card.allocate(card.limits.bufferBytes + 4));
    expect(error).instanceOf(CardError);
    expect(error?.message).to.match(/^a buffer of \d+ bytes is more than the device allows \(\d+\)$/);
  });

  it("refuses a call", async () => {
    const error = await failureOf(async (card) => {
      const buffer = card.allocate(16);
      card.write(buffer, new Float32Array(100));
      await card.read(buffer, 0, 16);
    });
    expect(error).instanceOf(CardError);
    expect(error?.message).to.match(/^[^\n]+: Write range [^\n]+$/);
  });

  it("is lost before a read, or while it is waited for", async () => {
    for (const wait of [false, true]) {
      const error = await failureOf(async (card) => {
        const buffer = card.allocate(16);
        const reading = wait ? card.read(buffer, 0, 16) : null;
        deviceOf(card).destroy();
        await (reading ?? card.read(buffer, 0, 16));
      });
      expect(error).instanceOf(CardError);
      expect(error?.message).to.contain("the device was lost");
    }
  });

  it("was closed", async () => {
    const error = await failureOf((card) => {
      const buffer = card.allocate(16);
      card.close();
      card.write(buffer, Float32Array.of(1));
    });
    expect(error).instanceOf(CardError);
    expect(error?.message).to.match(/ is closed$/);
  });
});

describe("the package webgpu", () => {
  const messageFor = (path: string): string => {
    try {
      loadWebgpu(path);
      return "";
    } catch (error) {
      expect(error).instanceOf(CardError);
      return (error as Error).message;
    }
  };

  it("is named by an absolute path that exists", () => {
    for (const path of ["node_modules/webgpu", "/none/webgpu"]) {
      expect(messageFor(path)).to.equal(
        `SIMCLI_WEBGPU: expected the absolute path of the package webgpu, found ${path}`,
      );
    }
  });

  it("has a library for the platform", () => {
    expect(messageFor(process.cwd())).to.match(/^the package webgpu has no library for \w+-\w+ \(.*dawn\.node\)$/);
  });
});
