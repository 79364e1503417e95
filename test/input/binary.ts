import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { DataError, NoRowsError, SimcliError, UsageError } from "#dist/core/errors.js";
import type { VectorSet } from "#dist/core/vectors.js";
import type { ReadOptions } from "#dist/input/reader.js";
import { openFile } from "#dist/input/source.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { fixtureJson, fixturePath } from "../reference.js";
import { bitsOf, expectSameBits, sourceOf } from "./support.js";

/** The contents of a fixture in `fixtures/binary`, according to the program that wrote it. */
interface Expected extends ReadOptions {
  readonly values: readonly (readonly number[])[];
  readonly ids: readonly string[] | null;
}

/** Reads bytes as a stream and as a file, and expects the same result. */
export async function readBoth(bytes: Uint8Array, name: string, options: ReadOptions = {}): Promise<VectorSet> {
  const streamed = await outcome(readVectors(sourceOf(bytes, name, [bytes.length >> 1 || 1, 7]), options));
  const folder = mkdtempSync(join(tmpdir(), "simcli-"));
  try {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const inPlace = await outcome(readVectors({ ...openFile(path), name }, options));
    if (inPlace instanceof Error) {
      expect(streamed).to.be.instanceOf(inPlace.constructor);
      throw inPlace;
    }
    if (streamed instanceof Error) throw streamed;
    expectSameBits(streamed.values, inPlace.values);
    expect({ ...streamed, values: [] }).to.deep.equal({ ...inPlace, values: [] });
    return inPlace;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const outcome = (promise: Promise<VectorSet>): Promise<VectorSet | Error> => promise.catch((error: Error) => error);

/** Tests that the matching fixtures are read with the expected contents. */
export function itReadsFixtures(pattern: RegExp): void {
  const files = Object.entries(fixtureJson<{ [name: string]: Expected }>("binary/expected.json"));
  for (const [name, { values, ids, ...options }] of files.filter(([file]) => pattern.test(file))) {
    it(`reads ${name}`, async () => {
      const set = await readBoth(readFileSync(fixturePath(`binary/${name}`)), name, options);
      expect([set.rows, set.dimensions]).to.deep.equal([values.length, values[0]?.length]);
      expect(Array.from(set.values, bitsOf)).to.deep.equal(values.flat().map(bitsOf));
      expect([set.ids, set.labels, set.lines]).to.deep.equal([ids, null, null]);
    });
  }
}

interface Damage extends ReadOptions {
  readonly isComplete?: (length: number) => boolean;
  readonly runs?: number;
}

/**
 * Tests that truncated and damaged files give an error of simcli, or finite vectors.
 *
 * @param isComplete whether the first `length` bytes of a file are a valid file.
 */
export function itReportsDamage(
  files: readonly string[],
  { isComplete = () => false, runs = 300, ...options }: Damage = {},
): void {
  for (const file of files) {
    const bytes = readFileSync(fixturePath(`binary/${file}`));

    it(`reports that ${file} is truncated, at any length`, async () => {
      for (let length = 1; length < bytes.length; length++) {
        if (isComplete(length)) continue;
        const cut = await outcome(readVectors(sourceOf(bytes.subarray(0, length), file), options));
        expect(cut, `${length} of ${bytes.length} bytes`).to.be.instanceOf(DataError);
        expect((cut as SimcliError).message).to.match(/byte/);
      }
    });

    it(`reads ${file} or reports an error, for any flipped bits`, async () => {
      const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
        minLength: 1,
        maxLength: 3,
      });
      const check = async (damage: readonly (readonly [number, number])[]) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, mask] of damage) damaged[at] ^= mask;
        const found = await outcome(readBoth(damaged, file, options));
        if (found instanceof Error)
          expect([DataError, NoRowsError, UsageError], found.stack).to.include(found.constructor);
        else expect(found.values.every(Number.isFinite)).to.equal(true);
      };
      await fc.assert(fc.asyncProperty(flips, check), { numRuns: runs });
    });
  }
}

/** Returns the message of the error when reading these bytes. */
export async function errorMessage(bytes: Uint8Array, name: string, options: ReadOptions = {}): Promise<string> {
  const found = await outcome(readBoth(bytes, name, options));
  expect(found).to.be.instanceOf(SimcliError);
  return (found as SimcliError).message;
}
