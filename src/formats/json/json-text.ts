import { DataError, MalformedError } from "../../core/errors.js";
import { textBytes } from "../../input/encoding.js";
import type { Source } from "../../input/source.js";
import { ArrayScanner } from "../../kernels/array-scanner.js";

/** The result of {@link JsonText.peek} at the end of the text. */
export const END = -1;
export const BYTE = { open: 0x5b, close: 0x5d, begin: 0x7b, end: 0x7d, comma: 0x2c, colon: 0x3a, quote: 0x22 } as const;

const WINDOW_BYTES = 1 << 18;
/** Limit on the length of a string or number, so that a missing quote does not exhaust the memory. */
const MAX_TOKEN_BYTES = 1 << 24;
const MAX_DEPTH = 100;
/** Bytes that tell what the members of an array are. */
const LOOK_BYTES = 64;
const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A pull parser of streamed JSON text; it holds a window of the text in kernel memory. */
export class JsonText {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private room = WINDOW_BYTES;
  private readonly scanner = new ArrayScanner(WINDOW_BYTES);
  private waiting: Uint8Array = new Uint8Array(0);
  /** The position and the end of the text in the window, and the file offset of the window's start. */
  private at = 0;
  private length = 0;
  private offset = 0;
  /** The line number at `counted`, an offset in the window up to `at`. */
  private lines = 1;
  private counted = 0;

  constructor(private readonly source: Source) {
    this.chunks = textBytes(source.name, source.bytes)[Symbol.asyncIterator]();
  }

  /** Releases the memory; the object cannot be used afterwards. */
  async release(): Promise<void> {
    this.scanner.close();
    await this.chunks.return?.();
  }

  /** The line number of the position, from 1. */
  get line(): number {
    const passed = this.window.subarray(this.counted, this.at);
    for (let i = passed.indexOf(NEWLINE); i >= 0; i = passed.indexOf(NEWLINE, i + 1)) this.lines++;
    this.counted = this.at;
    return this.lines;
  }

  /** Skips whitespace and returns the byte at the position, or {@link END}. */
  async peek(): Promise<number> {
    for (;;) {
      while (this.at < this.length) {
        const byte = this.window[this.at];
        if (byte !== 0x20 && byte !== NEWLINE && byte !== 0x0d && byte !== 0x09) return byte;
        this.at++;
      }
      const start = this.offset + this.at === 0;
      if (!(await this.more())) return END;
      if (start && this.window.subarray(0, 3).equals(BYTE_ORDER_MARK)) this.at = 3;
    }
  }

  /** Returns whether the text at the position, of which the first 64 bytes are examined, matches a pattern. */
  async looksAt(pattern: RegExp): Promise<boolean> {
    while (this.length - this.at < LOOK_BYTES && (await this.more(this.length - this.at)));
    return pattern.test(this.window.toString("latin1", this.at, Math.min(this.length, this.at + LOOK_BYTES)));
  }

  /** Whether the byte after that at the position is a digit or a minus; false at the end of the window. */
  get isNumberNext(): boolean {
    const byte = this.at + 1 < this.length ? this.window[this.at + 1] : 0;
    return (byte >= 0x30 && byte <= 0x39) || byte === 0x2d;
  }

  /** Skips the byte returned by {@link peek}. */
  take(): void {
    this.at++;
  }

  /**
   * Skips the comma between members, or the end of the array or object.
   *
   * @returns whether another member follows.
   */
  async nextMember(end: typeof BYTE.close | typeof BYTE.end): Promise<boolean> {
    const byte = await this.peek();
    if (byte !== BYTE.comma && byte !== end) throw this.fault(end === BYTE.close ? '"," or "]"' : '"," or "}"');
    this.take();
    return byte === BYTE.comma;
  }

  /**
   * Returns the comma-separated numbers at the position, as far as they are in the window; valid until the next call.
   */
  numbers(): Float64Array {
    const { values, end } = this.scanner.scan(this.at, this.length);
    if (values.length > 0) this.at = end;
    return values;
  }

  /** Reads the string at the position, which is a quote. */
  async string(): Promise<string> {
    let end = 1;
    let isPlain = true;
    for (;;) {
      const byte = this.at + end < this.length ? this.window[this.at + end] : END;
      if (byte === BYTE.quote) break;
      if (byte === END) await this.moreOf('a string that ends with "', end);
      else if (byte === BACKSLASH || byte < 0x20) isPlain = false;
      if (byte !== END) end += byte === BACKSLASH ? 2 : 1;
    }
    const value = isPlain
      ? this.window.toString("utf8", this.at + 1, this.at + end)
      : unescaped(this.window.toString("utf8", this.at, this.at + end + 1));
    if (value === null) throw this.fault("a string, its controls and quotes escaped");
    this.at += end + 1;
    return value;
  }

  /** Reads a number as text, or one of `words`. */
  async word(words: ReadonlySet<string> = WORDS): Promise<string> {
    let end = 0;
    for (;;) {
      while (this.at + end < this.length && isWordByte(this.window[this.at + end])) end++;
      if (this.at + end < this.length || !(await this.more(end))) break;
    }
    const text = this.window.toString("latin1", this.at, this.at + end);
    if (!NUMBER.test(text) && !words.has(text)) throw this.fault("a JSON value");
    this.at += end;
    return text;
  }

  /** Skips a value of any type. */
  async skip(depth: number): Promise<void> {
    const byte = await this.peek();
    if (byte === BYTE.open) {
      this.enter(depth);
      if ((await this.peek()) === BYTE.close) return this.take();
      do if (this.numbers().length === 0) await this.skip(depth + 1);
      while (await this.nextMember(BYTE.close));
    } else if (byte === BYTE.begin) {
      this.enter(depth);
      if ((await this.peek()) === BYTE.end) return this.take();
      do {
        await this.key();
        await this.skip(depth + 1);
      } while (await this.nextMember(BYTE.end));
    } else if (byte === BYTE.quote) {
      await this.string();
    } else {
      // Python writes a missing number in any field as NaN.
      await this.word(SKIPPED_WORDS);
    }
  }

  /** Reads the name of a member and its colon. */
  async key(): Promise<string> {
    if ((await this.peek()) !== BYTE.quote) throw this.fault("a name in quotes");
    const key = await this.string();
    if ((await this.peek()) !== BYTE.colon) throw this.fault('":"');
    this.take();
    return key;
  }

  /** Skips the opening bracket of an array or object at nesting depth `depth`. */
  enter(depth: number): void {
    if (depth >= MAX_DEPTH) throw this.fault(`at most ${MAX_DEPTH} levels of nesting`);
    this.take();
  }

  /** Returns the error for invalid JSON at the position. */
  fault(expected: string): MalformedError {
    const offset = `at byte offset ${this.offset + this.at}`;
    const atEnd = this.at >= this.length;
    const rest = this.window.toString("utf8", this.at, Math.min(this.length, this.at + 80));
    const found = atEnd ? "the end of the file" : `"${/^[\w+.-]{1,20}|^.?/su.exec(rest)?.[0]}"`;
    const message = `expected ${expected}, found ${found} ${offset}`;
    const hint = atEnd ? "was the file cut short?" : "is it JSON, or JSON Lines? --input-format names another format";
    return new MalformedError([{ file: this.source.name, line: this.line, message }], 1, hint);
  }

  /** Reads more text into the window; `needed` bytes from the position are in use. */
  private async moreOf(expected: string, needed: number): Promise<void> {
    if (await this.more(needed)) return;
    this.at = this.length;
    throw this.fault(expected);
  }

  private async more(needed = 0): Promise<boolean> {
    while (this.waiting.length === 0) {
      const { done, value } = await this.chunks.next();
      if (done) return false;
      this.waiting = value;
    }
    this.makeRoom(needed);
    const taken = this.waiting.subarray(0, this.room - this.length);
    this.window.set(taken, this.length);
    this.length += taken.length;
    this.waiting = this.waiting.subarray(taken.length);
    return true;
  }

  private makeRoom(needed: number): void {
    if (this.length < this.room) return;
    this.lines = this.line;
    this.window.copyWithin(0, this.at, this.length);
    this.offset += this.at;
    this.length -= this.at;
    this.at = 0;
    this.counted = 0;
    if (this.length < this.room / 2) return;
    if (needed >= MAX_TOKEN_BYTES) {
      const message = `${this.source.name}:${this.line}: expected strings of at most ${MAX_TOKEN_BYTES} bytes`;
      throw new DataError(`${message}, found a longer one at byte offset ${this.offset}`, "is a quote missing?");
    }
    this.grow();
  }

  private grow(): void {
    this.room *= 2;
    this.scanner.grow(this.room, this.length);
  }

  private get window(): Buffer {
    return this.scanner.text;
  }
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const WORDS: ReadonlySet<string> = new Set(["true", "false", "null"]);
const SKIPPED_WORDS: ReadonlySet<string> = new Set([...WORDS, "NaN", "Infinity", "-Infinity"]);

/** Letters, digits, signs and the decimal point. */
const isWordByte = (byte: number) =>
  (byte >= 0x30 && byte <= 0x39) ||
  ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) ||
  byte === 0x2d ||
  byte === 0x2e ||
  byte === 0x2b;

/** Decodes a JSON string; null if it is invalid. */
function unescaped(text: string): string | null {
  try {
    return JSON.parse(text) as string;
  } catch {
    return null;
  }
}
