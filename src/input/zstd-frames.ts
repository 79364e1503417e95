const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const SIZE_BYTES = [0, 2, 4, 8];
const RUN_BLOCK = 1;

/**
 * Parses the frames of zstd data without decompressing it, to detect truncated data and several frames. Node 22 takes
 * the start of a frame for all of it; Node 22 and 24 read the first frame only; Node 26 ignores bytes after the last one.
 *
 * @see RFC 8878, section 3.1
 */
export class ZstdFrames {
  /** The part being read, its bytes so far, and its length in bytes. */
  private part: "magic" | "descriptor" | "block" | "skippable" | "unknown" = "magic";
  private bytes: number[] = [];
  private wanted = 4;
  /** Number of bytes to skip before that part. */
  private toSkip = 0;
  private checksumBytes = 0;
  private begun = 0;

  /** Whether the data so far ends with a complete frame; true for data that is not zstd, which zlib reports. */
  get isComplete(): boolean {
    if (this.part === "unknown") return this.count === 1;
    return this.part === "magic" && this.bytes.length === 0 && this.toSkip === 0;
  }

  /** Number of frames begun, including skippable ones. */
  get count(): number {
    return this.begun;
  }

  add(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && this.part !== "unknown"; ) {
      const skipped = Math.min(this.toSkip, chunk.length - at);
      this.toSkip -= skipped;
      at += skipped;
      if (at < chunk.length) this.bytes.push(chunk[at++]);
      if (this.bytes.length === this.wanted) this.endPart();
    }
  }

  private endPart(): void {
    // Little-endian, at most 4 bytes.
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

  private expect(part: typeof this.part, wanted: number, toSkip: number): void {
    this.part = part;
    this.wanted = wanted;
    this.toSkip = toSkip;
  }
}
