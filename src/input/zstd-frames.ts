const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const SIZE_BYTES = [0, 2, 4, 8];
const RUN_BLOCK = 1;

/**
 * Follows the frames of zstd data without decompressing it, to tell whether it is whole, and how many frames it has. Node 22
 * takes the start of a frame for all of it; Node 22 and 24 read the first frame only; Node 26 ignores bytes behind the last one.
 *
 * @see RFC 8878, section 3.1
 */
export class ZstdFrames {
  /** The part that is being gathered, its bytes so far, and how many it has. */
  private part: "magic" | "descriptor" | "block" | "skippable" | "unknown" = "magic";
  private bytes: number[] = [];
  private wanted = 4;
  /** Bytes to pass before that. */
  private passing = 0;
  private checksumBytes = 0;
  private begun = 0;

  /** Whether the data so far end with a frame; true for data that do not begin with one, which zlib reports. */
  get isWhole(): boolean {
    if (this.part === "unknown") return this.begun === 1;
    return this.part === "magic" && this.bytes.length === 0 && this.passing === 0;
  }

  /** How many frames have begun, those to be skipped included. */
  get count(): number {
    return this.begun;
  }

  add(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && this.part !== "unknown"; ) {
      const passed = Math.min(this.passing, chunk.length - at);
      this.passing -= passed;
      at += passed;
      if (at < chunk.length) this.bytes.push(chunk[at++]);
      if (this.bytes.length === this.wanted) this.settle();
    }
  }

  private settle(): void {
    // Little-endian, of 4 bytes at most.
    const value = this.bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
    this.bytes = [];
    if (this.part === "magic") {
      this.begun++;
      const isSkippable = value - (value % 16) === SKIPPABLE_MAGIC;
      if (value === MAGIC) this.expect("descriptor", 1, 0);
      else this.expect(isSkippable ? "skippable" : "unknown", 4, 0);
    } else if (this.part === "descriptor") {
      const isSingle = (value & 0x20) !== 0;
      const sizeBytes = SIZE_BYTES[value >> 6] || (isSingle ? 1 : 0);
      this.checksumBytes = value & 4;
      this.expect("block", 3, (isSingle ? 0 : 1) + DICTIONARY_BYTES[value & 3] + sizeBytes);
    } else if (this.part === "block") {
      const size = ((value >> 1) & 3) === RUN_BLOCK ? 1 : value >> 3;
      if (value & 1) this.expect("magic", 4, size + this.checksumBytes);
      else this.expect("block", 3, size);
    } else {
      this.expect("magic", 4, value);
    }
  }

  private expect(part: typeof this.part, wanted: number, passing: number): void {
    this.part = part;
    this.wanted = wanted;
    this.passing = passing;
  }
}
