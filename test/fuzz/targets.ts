import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { SimcliError } from "#dist/core/errors.js";
import type { openStream } from "#dist/input/source.js";
import { createRuntime } from "#dist/kernels/runtime.js";
import { readJudgements } from "#dist/reading/read-judgements.js";
import { readLabels } from "#dist/reading/read-labels.js";
import { readMatrix } from "#dist/reading/read-matrix.js";
import { readPairScores } from "#dist/reading/read-pair-scores.js";
import { readQueryValues } from "#dist/reading/read-query-values.js";
import { readRun } from "#dist/reading/read-run.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { sourceOf, textOf } from "../input/support.js";
import { NumberSource } from "../kernels/numbers.js";
import { NumberReader, NumberWriter } from "../kernels/support.js";
import { root } from "../reference.js";
import { commandLineTarget } from "./command-lines.js";
import type { Draw } from "./draw.js";
import { type FuzzFile, GENERATORS } from "./files.js";
import { mutated } from "./mutate.js";
import { independentRows } from "./oracles.js";
import { resultTarget, writerTarget } from "./results.js";
import { checkError, Finding, type Target } from "./target.js";

/** Largest memory that the rows of a small file may take. */
const MOST_BYTES = 1 << 26;
const runtime = createRuntime({ threads: 1 });

interface Outcome {
  readonly error: string | null;
  readonly rows: number;
  readonly dimensions: number;
  readonly values: Buffer;
  readonly ids: readonly string[] | null;
}

async function outcomeOf({ name, bytes }: FuzzFile, sizes: readonly number[]): Promise<Outcome> {
  try {
    const set = await readVectors(sourceOf(bytes, name, sizes), { runtime, maxBytes: MOST_BYTES });
    const { rows, dimensions, values, ids } = set;
    if (values.length !== rows * dimensions || !values.every(Number.isFinite)) {
      throw new Finding(`${rows}×${dimensions} rows with ${values.length} values, or values that are not finite`);
    }
    if (ids && ids.length !== rows) throw new Finding(`${rows} rows with ${ids.length} ids`);
    return { error: null, rows, dimensions, values: Buffer.from(Float64Array.from(values).buffer), ids };
  } catch (error) {
    checkError(error);
    return { error: (error as SimcliError).message, rows: 0, dimensions: 0, values: Buffer.alloc(0), ids: null };
  }
}

async function checkReading(file: FuzzFile, draw: Draw): Promise<void> {
  const whole = await outcomeOf(file, []);
  if (!draw.once(3)) {
    const chunked = await outcomeOf(
      file,
      draw.once(8) ? [1] : draw.list(draw.between(1, 5), () => draw.between(1, 60)),
    );
    if (describe(whole) !== describe(chunked) && !areBothSeen(whole.error, chunked.error)) {
      throw new Finding(`in one piece: ${describe(whole)}\nin several pieces: ${describe(chunked)}`);
    }
  }
  const isKnown = file.expected !== null;
  if (!isKnown && whole.error !== null && !MUST_READ.test(file.name)) return;
  const expected = file.expected ?? (await independentRows(file.name, file.bytes));
  if (expected === null) return;
  const values = Buffer.from(Float64Array.from(expected.flat()).buffer);
  const isSame =
    whole.rows === expected.length && whole.dimensions === expected[0]!.length && whole.values.equals(values);
  if (!isSame)
    throw new Finding(
      `expected ${expected.length}×${expected[0]!.length}: ${expected.flat().slice(0, 20)}\nfound ${describe(whole)}`,
    );
}

/** Returns whether one of two errors is about the bytes: a part of a file may be refused before the bytes after it are decoded. */
function areBothSeen(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && BYTES_AT_FAULT.test(`${one}\n${other}`);
}

const BYTES_AT_FAULT = /expected (?:text|UTF-8 text|gzip data), found/;

/** Formats whose independent reader accepts only what simcli must read too. */
const MUST_READ = /\.csv$/;

const describe = ({ error, rows, dimensions, values, ids }: Outcome): string =>
  error ??
  `${rows}×${dimensions} ${[...new Float64Array(new Uint8Array(values).buffer)].slice(0, 20)} ${values.toString("base64").slice(-99)} ${ids}`;

/** Fixtures that are small enough to be changed and read thousands of times per second. */
function fixturesWith(...extensions: readonly string[]): FuzzFile[] {
  const folder = join(root, "fixtures");
  const names = (readdirSync(folder, { recursive: true }) as string[]).sort();
  return names
    .filter(
      (name) => extensions.some((extension) => name.endsWith(extension)) && statSync(join(folder, name)).size < 20_000,
    )
    .map((name) => ({
      name: `a${name.slice(name.lastIndexOf("."))}`,
      bytes: readFileSync(join(folder, name)),
      expected: null,
    }));
}

/** Returns a target for the readers of a format: valid files, and files with faults. */
function readerTarget(name: string, extensions: readonly string[], isText = false): Target {
  const generate = GENERATORS[name];
  let fixtures: FuzzFile[] | null = null;
  const valid = (draw: Draw) => {
    fixtures ??= fixturesWith(...extensions);
    return generate !== undefined && (fixtures.length === 0 || !draw.once(3)) ? generate(draw) : draw.pick(fixtures);
  };
  return {
    name,
    make(draw) {
      const file = valid(draw);
      if (draw.once(8)) return file;
      const bytes = mutated(file.bytes, draw, valid(draw).bytes, isText);
      if (draw.once(40))
        return { name: `${file.name}.gz`, bytes: mutated(gzipSync(bytes), draw, file.bytes, false), expected: null };
      return { name: file.name, bytes, expected: null };
    },
    check: checkReading,
  };
}

/** Returns a target for a reader of text that is not of vectors; all ways to cut the text into pieces give the same. */
function textTarget(
  name: string,
  texts: readonly string[],
  read: (source: ReturnType<typeof openStream>) => Promise<unknown>,
): Target {
  const seeds = texts.map((text) => Buffer.from(text));
  const outcome = async ({ name: file, bytes }: FuzzFile, sizes: readonly number[]) => {
    try {
      return JSON.stringify(await read(sourceOf(bytes, file, sizes)));
    } catch (error) {
      checkError(error);
      return error as Error;
    }
  };
  return {
    name,
    make: (draw) => ({ name: "a.txt", bytes: mutated(draw.pick(seeds), draw, draw.pick(seeds), true), expected: null }),
    async check(file, draw) {
      const whole = await outcome(file, []);
      const chunked = await outcome(
        file,
        draw.list(draw.between(1, 4), () => draw.between(1, 30)),
      );
      const isSame = String(whole) === String(chunked);
      const errors = [whole, chunked].map((one) => (one instanceof Error ? one.message : null));
      if (!isSame && !areBothSeen(errors[0]!, errors[1]!))
        throw new Finding(`in one piece: ${whole}\nin several pieces: ${chunked}`);
    },
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

let kernels: { reader: NumberReader; writer: NumberWriter } | null = null;

/** Numbers that the kernels write and read, in comparison with JavaScript: the file has the bits of doubles, or lines of text. */
const numberTarget: Target = {
  name: "numbers",
  make(draw) {
    const source = new NumberSource(draw.seed());
    const texts = [() => source.text(), () => source.fraction(), () => source.halfway(), () => String(source.value())];
    if (draw.once(2))
      return { name: "a.txt", bytes: Buffer.from(draw.list(200, () => draw.pick(texts)()).join("\n")), expected: null };
    const values = Float64Array.from(draw.list(200, () => draw.pick([() => source.value(), () => source.score()])()));
    return { name: "a.f64", bytes: Buffer.from(values.buffer), expected: null };
  },
  async check({ name, bytes }) {
    kernels ??= { reader: new NumberReader(), writer: new NumberWriter() };
    if (name === "a.txt") {
      const texts = Buffer.from(bytes).toString("latin1").split("\n");
      const values = kernels.reader.read(texts);
      const wrong = texts.findIndex((text, i) => !Object.is(values[i], Number(text)));
      if (wrong >= 0)
        throw new Finding(`read ${texts[wrong]}: expected ${Number(texts[wrong])}, found ${values[wrong]}`);
      return;
    }
    const values = new Float64Array(new Uint8Array(bytes).buffer);
    const texts = kernels.writer.write(values);
    const wrong = texts.findIndex((text, i) => text !== textOf(values[i]!));
    if (wrong >= 0) throw new Finding(`write: expected ${textOf(values[wrong]!)}, found ${texts[wrong]}`);
  },
};

const QRELS = "query-id corpus-id score\nq1 d1 1\nq1 d2 0\nq2 d3 2\n";
const TREC = "q1 0 d1 1\nq1 0 d2 0\nq2 0 d3 2\n";
const RUN = "q1 Q0 d1 1 9.5 tag\nq1 Q0 d2 2 8 tag\nq2 Q0 d3 1 1e-3 tag\n";

/** All targets, in the order in which they are run. */
export const TARGETS: readonly Target[] = [
  readerTarget("npy", [".npy"]),
  readerTarget("npz", [".npz"]),
  readerTarget("safetensors", [".safetensors"]),
  readerTarget("vecs", ["vecs"]),
  readerTarget("big-ann", [".fbin", ".f16bin", ".u8bin", ".i8bin", ".ibin"]),
  readerTarget("parquet", [".parquet"]),
  readerTarget("arrow", [".arrow", ".arrows", ".feather"]),
  readerTarget("word2vec-bin", [".bin"]),
  readerTarget("word-vectors", [], true),
  readerTarget("svmlight", [".svm"], true),
  readerTarget("csv", [".csv"], true),
  readerTarget("json", [".jsonl"], true),
  readerTarget("foreign", [".pt", ".pkl", ".joblib"]),
  numberTarget,
  textTarget("judgements", [QRELS, TREC, "q1,d1\nq2,d2\n", '"q 1"\td1\t3\n'], (source) => readJudgements(source)),
  textTarget("run", [RUN], async (source) => {
    const run = await readRun(source);
    return run.queries.map((query, i) => [query, [...run.documentsOf(i)].map((document) => run.documents[document])]);
  }),
  textTarget("labels", ["a\nb\nc\n", "label\n1\n2\n", '"a,b"\n"c"\n'], (source) => readLabels(source)),
  textTarget("pair-scores", ["anchor,id,score\n1,2,0.5\n", RUN, TREC, "a b 0.5\nb c 1\n"], (source) =>
    all(readPairScores(source)),
  ),
  textTarget("query-values", ["query,ndcg@10,recall\nq1,0.5,1\nq2,1,nan\n"], (source) => readQueryValues(source, null)),
  textTarget("matrix", ["1,0.5\n0.5,1\n", "id,a,b\na,1,0\nb,0,1\n"], async (source) =>
    (await all((await readMatrix(source)).tiles())).map(({ values }) => [...values]),
  ),
  writerTarget,
  resultTarget,
  commandLineTarget,
];
