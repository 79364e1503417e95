import { drawing } from "../reference.js";

/** A repeatable source of doubles and texts of numbers that are hard to parse or format. */
export class NumberSource {
  private readonly draw: () => number;
  private readonly words = new Uint32Array(2);
  private readonly double = new Float64Array(this.words.buffer);
  private readonly bits = new BigUint64Array(this.words.buffer);

  constructor(seed: number) {
    this.draw = drawing(seed);
  }

  private below(count: number): number {
    return Math.floor(this.draw() * count);
  }

  private digits(count: number): string {
    return Array.from({ length: count }, () => this.below(10)).join("");
  }

  /**
   * Returns a finite double: with random bits, subnormal, near a power of two or ten, with few digits, or an integer.
   */
  value(): number {
    const sign = this.draw() < 0.5 ? -1 : 1;
    switch (this.below(8)) {
      case 0:
        return sign * this.below(2 ** 21) * 2 ** -1074;
      case 1:
        return sign * this.near(2 ** (this.below(2098) - 1074));
      case 2:
        return sign * this.near(Number(`1e${this.below(632) - 323}`));
      case 3:
        return sign * Number(`${this.below(10 ** (1 + this.below(8)))}e${this.below(60) - 30}`);
      case 4:
        return sign * Math.floor(this.draw() * 2 ** this.below(80));
      default:
        return this.anyBits();
    }
  }

  /** Returns a double with random bits, so that all magnitudes are equally frequent. */
  anyBits(): number {
    do {
      this.words[0] = this.draw() * 2 ** 32;
      this.words[1] = this.draw() * 2 ** 32;
    } while (!Number.isFinite(this.double[0]));
    return this.double[0]!;
  }

  /** Returns a double of random bits of the size of most scores and distances: 2^−20 ≤ |x| < 2^32. */
  score(): number {
    this.anyBits();
    this.words[1] = (this.words[1]! & 0x800fffff) | ((1023 - 20 + this.below(52)) << 20);
    return this.double[0]!;
  }

  /** Returns a positive double, or one of its neighbours. */
  private near(value: number): number {
    this.double[0] = value;
    this.bits[0] = BigInt.asUintN(64, this.bits[0]! + BigInt(this.below(7) - 3)) & 0x7fff_ffff_ffff_ffffn;
    return Number.isFinite(this.double[0]) ? this.double[0]! : Number.MAX_VALUE;
  }

  /**
   * Returns a text of the grammar of numbers: up to 25 digits, or 400; with or without an exponent or leading zeros.
   */
  text(): string {
    const sign = ["", "-", "+"][this.below(3)]!;
    const zeros = "0".repeat(this.below(4) === 0 ? this.below(30) : 0);
    const long = this.below(200) === 0;
    const digits = zeros + this.digits(long ? 400 : 1 + this.below(25));
    const point = this.below(digits.length + 1);
    const number = this.below(3) === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
    const exponent = this.below(2) === 0 ? "" : `${"eE"[this.below(2)]}${this.below(660) - 350 - (long ? 300 : 0)}`;
    const text = sign + number + exponent;
    return Number.isFinite(Number(text)) ? text : this.text();
  }

  /**
   * Returns a text like most components of vectors: a digit, a point, up to 25 decimals, some of them zeros; with or
   * without an exponent of two digits.
   */
  fraction(): string {
    const sign = ["", "-"][this.below(2)]!;
    const zeros = "0".repeat(this.below(3) === 0 ? this.below(10) : 0);
    const decimals = zeros + this.digits(this.below(26 - zeros.length));
    const exponent = this.below(3) === 0 ? `e${"+-"[this.below(2)]}${this.digits(2)}` : "";
    return `${sign}${this.below(4) === 0 ? 0 : this.below(10)}.${decimals}${exponent}`;
  }

  /**
   * Returns the number of 16 to 19 digits halfway between two doubles, or next to it, as a fraction with an exponent.
   */
  halfwayFraction(): string {
    const bits = 53 + this.below(10);
    const middle = (BigInt(Math.floor(this.draw() * 2 ** 52)) * 2n + 1n) << BigInt(bits - 53);
    const digits = `${(1n << BigInt(bits)) + middle + BigInt(this.below(3) - 1)}`;
    return `${digits[0]}.${digits.slice(1)}e+${digits.length - 1}`;
  }

  /** Returns all digits of the number halfway between a double and the next, or of one slightly above or below it. */
  halfway(): string {
    const value = Math.abs(this.value());
    this.double[0] = value === Number.MAX_VALUE ? 1 : value;
    const biased = Number(this.bits[0]! >> 52n);
    const fraction = this.bits[0]! & 0xf_ffff_ffff_ffffn;
    const significand = biased === 0 ? fraction : fraction | (1n << 52n);
    const exponent = Math.max(1, biased) - 1076;
    const middle = 2n * significand + 1n;
    const [digits, tens] =
      exponent >= 0 ? [middle << BigInt(exponent), 0] : [middle * 5n ** BigInt(-exponent), exponent];
    return [`${digits}e${tens}`, `${digits}0001e${tens - 4}`, `${10n * digits - 1n}e${tens - 1}`][this.below(3)]!;
  }
}
