/** Memory on a card. */
export interface CardBuffer {
  readonly bytes: number;
}

/** What limits the work on a card. */
export interface CardLimits {
  /** Maximum bytes of one buffer. */
  readonly bufferBytes: number;
  /** Bytes of memory that may be taken. */
  readonly totalBytes: number;
}

/** A block of float32 scores, one row for each left-hand row of the block. */
export interface ScoreBlock {
  readonly scores: CardBuffer;
  /** The number of the first left-hand row, and of the first right-hand row, among all. */
  readonly firstRow: number;
  readonly firstColumn: number;
  readonly rows: number;
  readonly columns: number;
  /** Number of floats from the start of a row to the start of the next: a multiple of 4. */
  readonly stride: number;
}

/** Rows of a block that are multiplied: `rows × d` numbers from row `first` of a buffer on. */
export interface CardRows {
  readonly buffer: CardBuffer;
  readonly first: number;
}

/** What makes a score of a product: a number for each right-hand row, from the first one in the buffer on. */
export interface CardTerms {
  readonly how: "as it is" | "minus" | "times";
  /** One float for each right-hand row; of any content where products are scores. */
  readonly numbers: CardBuffer;
  /** The number of the right-hand row to which the first float belongs. */
  readonly first: number;
}

/** For each of some rows, a list of columns that may be among the nearest: what a card keeps of blocks of scores. */
export interface CardLists {
  /** `capacity` pairs of a score (float32) and a column (uint32) for each row. */
  readonly entries: CardBuffer;
  /** A number of entries for each row (uint32); more than `capacity` if the row has too many. */
  readonly counts: CardBuffer;
  /** For each row (float32): columns with a smaller score are not wanted. Grows with the scores that are found. */
  readonly bounds: CardBuffer;
  /** For each row (float32): twice the maximum error of a score. */
  readonly margins: CardBuffer;
  readonly capacity: number;
  /** The number of the first row among all left-hand rows. */
  readonly firstRow: number;
}

/** A list of pairs of a row and a column. */
export interface CardPairs {
  /** Two uint32 for each pair. */
  readonly pairs: CardBuffer;
  /** A uint32: the number of pairs, which may be greater than the capacity. */
  readonly count: CardBuffer;
  readonly capacity: number;
}

/** What a card has done since it was opened. */
export interface CardUse {
  /** The number of products of components, and the milliseconds that they took; null where the card does not tell. */
  products: number;
  multiplyMs: number | null;
  /** Bytes that were copied to the card, and the milliseconds in which the processor waited for that. */
  bytes: number;
  copyMs: number;
}

/**
 * A graphics card. Calls are enqueued and done one after the other; only `read` is waited for. Every call may throw a
 * {@link CardError}.
 */
export interface Card {
  readonly name: "cuda" | "webgpu";
  /** The device and its driver: `NVIDIA H200, driver 580.159`. */
  readonly description: string;
  /** Whether a program does the work of a card: slower than the kernels. */
  readonly isSoftware: boolean;
  readonly limits: CardLimits;
  /** What has been done until now. */
  readonly use: Readonly<CardUse>;
  /** The largest k of {@link gather}. */
  readonly mostNearest: number;
  /** Returns a buffer of zeros or of any content. */
  allocate(bytes: number): CardBuffer;
  release(buffer: CardBuffer): void;
  /** Copies numbers, which may be on shared memory, to a buffer; they may change after the call. */
  write(buffer: CardBuffer, numbers: Float32Array | Float64Array | Uint32Array, atByte?: number): void;
  /** Sets a block of scores to the products of its rows: in any order of summation, in float32 or better. */
  multiply(left: CardRows, right: CardRows, d: number, block: ScoreBlock): void;
  /** The same for rows of doubles, in float64. Null for a card without float64. */
  readonly multiplyDoubles: ((left: CardRows, right: CardRows, d: number, block: ScoreBlock) => void) | null;
  /**
   * Finds the columns of a block that may be among the k nearest of each row. The bound of a row becomes at least the k-th
   * greatest of some scores of the block, less the margin of the row. Entries of its list below the bound are removed, and
   * columns that reach it are added, with their scores. NaN reaches no bound.
   *
   * @param selfOffset column i + `selfOffset` is not wanted for row i.
   */
  gather(block: ScoreBlock, terms: CardTerms, lists: CardLists, k: number, selfOffset: number): void;
  /**
   * Adds the row and the column (two uint32) of each cell of a block that reaches the bound of its row to a list, in any order.
   *
   * @param bounds a float for each left-hand row of the block, from the first one on.
   * @param onlyUpper whether only cells with a column greater than the row are wanted.
   */
  reach(block: ScoreBlock, terms: CardTerms, bounds: CardBuffer, found: CardPairs, onlyUpper: boolean): void;
  /** Returns a copy of bytes of a buffer, once all calls before are done. Further calls may be enqueued meanwhile. */
  read(buffer: CardBuffer, atByte: number, bytes: number): Promise<ArrayBuffer>;
  /** Frees the device. No other call may follow. */
  close(): void;
}

/** A card cannot go on: it has no memory left, was lost, or refused a call. */
export class CardError extends Error {}
