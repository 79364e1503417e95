import {
  type Card,
  type CardBuffer,
  CardError,
  type CardLimits,
  type CardLists,
  type CardPairs,
  type CardRows,
  type CardTerms,
  type ScoreBlock,
} from "#dist/kernels/card/card.js";

interface ArrayBuffer_ extends CardBuffer {
  readonly memory: ArrayBuffer;
}

/** A card whose memory are arrays; it counts its calls, and can fail at one of them. */
export class ArrayCard implements Card {
  readonly name = "cuda";
  readonly description = "arrays";
  readonly isSoftware = false;
  readonly use = { products: 0, multiplyMs: null, bytes: 0, copyMs: 0 };
  readonly mostNearest = 16;
  /** Bytes that are taken and not released. */
  taken = 0;
  private calls = 0;

  /** @param failsAt the number of the call that fails. */
  constructor(
    readonly limits: CardLimits,
    private readonly failsAt = Number.POSITIVE_INFINITY,
  ) {}

  allocate(bytes: number): CardBuffer {
    this.begin();
    if (bytes > this.limits.bufferBytes) throw new CardError(`a buffer of ${bytes} bytes`);
    this.taken += bytes;
    const buffer: ArrayBuffer_ = { bytes, memory: new ArrayBuffer(Math.ceil(bytes / 8) * 8) };
    // Memory of a card holds what others left.
    new Uint8Array(buffer.memory).fill(0x7f);
    return buffer;
  }

  release(buffer: CardBuffer): void {
    this.taken -= buffer.bytes;
  }

  write(buffer: CardBuffer, numbers: Float32Array | Float64Array | Uint32Array, atByte = 0): void {
    this.begin();
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    new Uint8Array(memoryOf(buffer), atByte, bytes.length).set(bytes);
  }

  multiply(left: CardRows, right: CardRows, d: number, block: ScoreBlock): void {
    this.begin();
    this.product(
      floatsOf(left.buffer),
      left.first,
      floatsOf(right.buffer),
      right.first,
      d,
      block,
      floatsOf(block.scores),
    );
  }

  readonly multiplyDoubles = (left: CardRows, right: CardRows, d: number, block: ScoreBlock): void => {
    this.begin();
    const doubles = ({ buffer }: CardRows) => new Float64Array(memoryOf(buffer));
    const cells = new Float64Array(memoryOf(block.scores));
    this.product(doubles(left), left.first, doubles(right), right.first, d, block, cells);
  };

  gather(block: ScoreBlock, terms: CardTerms, lists: CardLists, k: number, selfOffset: number): void {
    this.begin();
    const { capacity, firstRow } = lists;
    const [scores, entries] = [floatsOf(lists.entries), wordsOf(lists.entries)];
    const [counts, bounds, margins] = [wordsOf(lists.counts), floatsOf(lists.bounds), floatsOf(lists.margins)];
    for (let row = 0; row < block.rows; row++) {
      const at = block.firstRow + row - firstRow;
      if (counts[at]! > capacity) continue;
      let list = Array.from({ length: counts[at]! }, (_, e) => {
        const place = 2 * (at * capacity + e);
        return { score: scores[place]!, column: entries[place + 1]! };
      });
      const found = this.scoresOf(block, terms, row).filter(
        ({ score, column }) => !Number.isNaN(score) && column !== block.firstRow + row + selfOffset,
      );
      const sorted = [...list, ...found].map(({ score }) => score).sort((x, y) => y - x);
      if (sorted.length >= k) bounds[at] = Math.max(bounds[at]!, sorted[k - 1]! - margins[at]! * (1 + 1e-6));
      list = [...list, ...found].filter(({ score }) => score >= bounds[at]!);
      for (const [e, { score, column }] of list.slice(0, capacity).entries()) {
        scores[2 * (at * capacity + e)] = score;
        entries[2 * (at * capacity + e) + 1] = column;
      }
      counts[at] = list.length;
    }
  }

  reach(block: ScoreBlock, terms: CardTerms, bounds: CardBuffer, found: CardPairs, onlyUpper: boolean): void {
    this.begin();
    const [pairs, count] = [wordsOf(found.pairs), wordsOf(found.count)];
    for (let row = 0; row < block.rows; row++) {
      for (const { score, column } of this.scoresOf(block, terms, row)) {
        const i = block.firstRow + row;
        if ((onlyUpper && column <= i) || !(score >= floatsOf(bounds)[row]!)) continue;
        if (count[0]! < found.capacity) pairs.set([i, column], 2 * count[0]!);
        count[0]!++;
      }
    }
  }

  async read(buffer: CardBuffer, atByte: number, bytes: number): Promise<ArrayBuffer> {
    this.begin();
    return memoryOf(buffer).slice(atByte, atByte + bytes);
  }

  close(): void {}

  private product<N extends Float32Array | Float64Array>(
    a: N,
    firstOfA: number,
    b: N,
    firstOfB: number,
    d: number,
    { rows, columns, stride }: ScoreBlock,
    cells: N,
  ): void {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let c = 0; c < d; c++) sum += a[(firstOfA + i) * d + c]! * b[(firstOfB + j) * d + c]!;
        cells[i * stride + j] = sum;
      }
    }
  }

  private scoresOf(
    { scores, stride, columns, firstColumn }: ScoreBlock,
    { how, numbers, first }: CardTerms,
    row: number,
  ) {
    const [cells, terms] = [floatsOf(scores), floatsOf(numbers)];
    return Array.from({ length: columns }, (_, j) => {
      const product = cells[row * stride + j]!;
      const term = terms[firstColumn + j - first]!;
      const score = how === "minus" ? product - term : how === "times" ? product * term : product;
      return { score: Math.fround(score), column: firstColumn + j };
    });
  }

  private begin(): void {
    if (++this.calls === this.failsAt) throw new CardError("the card was lost");
  }
}

const memoryOf = (buffer: CardBuffer): ArrayBuffer => (buffer as ArrayBuffer_).memory;
const floatsOf = (buffer: CardBuffer): Float32Array => new Float32Array(memoryOf(buffer));
const wordsOf = (buffer: CardBuffer): Uint32Array => new Uint32Array(memoryOf(buffer));
