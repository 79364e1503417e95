import { expect } from "chai";
import fc from "fast-check";
import { MalformedError, SimcliError } from "#dist/core/errors.js";
import { openStream, type Source } from "#dist/input/source.js";

/** Returns a source of `content` in chunks of these sizes, repeated; one chunk by default. */
export function sourceOf(content: string | Uint8Array, name = "a.csv", sizes: readonly number[] = []): Source {
  return openStream(name, chunks(typeof content === "string" ? Buffer.from(content, "utf8") : content, sizes));
}

async function* chunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let k = 0; at < bytes.length; k++) {
    const size = sizes.length === 0 ? bytes.length : sizes[k % sizes.length];
    yield bytes.slice(at, at + size);
    at += size;
  }
}

/** Chunk sizes: one chunk, single bytes, or random sizes. */
export const chunkSizes = fc.oneof(
  fc.constant<number[]>([]),
  fc.constant([1]),
  fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
);

export const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

/** Returns the shortest text of a double, including the sign of −0. */
export const textOf = (value: number) => (Object.is(value, -0) ? "-0" : String(value));

/** Returns the error with which a promise is rejected, and expects one of simcli. */
export async function rejection(promise: Promise<unknown>): Promise<SimcliError> {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    expect(error).to.be.instanceOf(SimcliError);
    return error as SimcliError;
  }
  throw new Error(`expected a rejection, found ${JSON.stringify(result)}`);
}

/** Returns the MalformedError with which a promise is rejected. */
export async function malformed(promise: Promise<unknown>): Promise<MalformedError> {
  const error = await rejection(promise);
  expect(error).to.be.instanceOf(MalformedError);
  return error as MalformedError;
}

/** Expects the same doubles, bit for bit. */
export function expectSameBits(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(Array.from(actual, bitsOf)).to.deep.equal(Array.from(expected, bitsOf));
}

export function bitsOf(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0];
}
