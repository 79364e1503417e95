import { createHash } from "node:crypto";
import { promises } from "node:fs";
import { readError } from "../input/source.js";

/** What identifies the content of a file. */
export interface Fingerprint {
  readonly bytes: number;
  /** SHA-256, in hexadecimal, of the size and of samples of the bytes. */
  readonly hash: string;
}

/** A file of up to `SAMPLES · SAMPLE_BYTES` is hashed whole. */
const SAMPLES = 256;
const SAMPLE_BYTES = 1 << 18;

/**
 * Returns the fingerprint of a file: of up to 64 MB all bytes count, of a larger one 256 samples of 256 KB at equal distances, the first
 * and the last bytes among them. So a worker that needs a few rows of a large file does not read all of it.
 */
export async function fingerprintOf(path: string): Promise<Fingerprint> {
  const file = await promises.open(path).catch((error) => {
    throw readError(path, error);
  });
  try {
    const { size } = await file.stat();
    const hash = createHash("sha256").update(`${size}\n`);
    const sample = Buffer.alloc(SAMPLE_BYTES);
    const last = Math.max(0, size - SAMPLE_BYTES);
    const samples = Math.min(SAMPLES, Math.ceil(size / SAMPLE_BYTES));
    for (let k = 0; k < samples; k++) {
      const at = samples === 1 ? 0 : Math.floor((last * k) / (samples - 1));
      const { bytesRead } = await file.read(sample, 0, SAMPLE_BYTES, at);
      hash.update(sample.subarray(0, bytesRead));
    }
    return { bytes: size, hash: hash.digest("hex") };
  } finally {
    await file.close();
  }
}
