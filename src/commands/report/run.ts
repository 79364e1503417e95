import { promises } from "node:fs";
import { DataError, UsageError } from "../../core/errors.js";
import { ownFile } from "../../core/own-file.js";
import { relevanceByLabel, relevanceByRow } from "../../core/relevance.js";
import type { VectorSet } from "../../core/vectors.js";
import { principalComponents } from "../../evaluation/principal-components.js";
import type { SimilarityLossOptions } from "../../loss/similarity-loss.js";
import { hubsOf } from "../../neighbours/hubs.js";
import { drawPage } from "../../pages/draw-page.js";
import type { Page, Section } from "../../pages/page.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, prefetchBlas, readInput, readOptionsOf } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { VERSION } from "../../shell/version.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import { Describer, type Description } from "../describe/description.js";
import { MAX_COMPONENTS } from "../describe/description-figure.js";
import { sweptMargins } from "../loss/loss-figure.js";
import { readLabelledSets } from "../shared/labels.js";
import { expectAllRows } from "../shared/pairs-by-row.js";
import { readRelevantSets } from "../shared/relevant-sets.js";
import { CommandLines, type TypedOptions } from "./command-lines.js";
import { arranged, type ComparedSets, compare, ordersOf } from "./comparison.js";
import { filesSection } from "./files-section.js";
import { lossSection } from "./loss-section.js";
import { mapSection } from "./map-section.js";
import { matrixSection } from "./matrix-section.js";
import type { Model } from "./model.js";
import { neighboursSection } from "./neighbours-section.js";
import { retrievalSection } from "./retrieval-section.js";

import { comparisonWarnings, setWarnings, warningsSection } from "./warnings.js";

export interface ReportOptions extends CommonOptions, InputOptions, MetricOptions {
  readonly labels?: string;
  readonly qrels?: string;
  readonly margin?: number;
  readonly compare?: string;
  readonly compareCorpus?: string;
}

/** Maximum width and height of a heatmap, of one model and beside another one: a page stays below 2 MB. */
const PIXELS = { one: 600, two: 400 };

/** The default margins of the kinds of loss. */
const MARGINS = { "hard-negative": 0.25, triplet: 0.05 };

/** Runs `simcli report <a> [b]`. */
export async function runReport(
  context: Context,
  a: string,
  b: string | undefined,
  options: ReportOptions,
  typed: TypedOptions,
): Promise<number> {
  const { compare: otherA, compareCorpus: otherB, metric } = options;
  expectArguments(context, a, b, options);
  await context.prepare();
  prefetchBlas(context, options, a, b);
  const first = await readSets(context, a, b, options);
  const sets = otherA === undefined ? [first] : [first, await readOther(context, first, otherA, otherB, options)];
  const pixels = sets.length === 1 ? PIXELS.one : PIXELS.two;
  const orders = await ordersOf(context, first, options);
  const models: Model[] = [];
  for (const [i, each] of sets.entries()) {
    const files = i === 0 ? [a, b] : [otherA, otherB];
    const lines = new CommandLines(
      files.flatMap((file) => file ?? []),
      withoutComparison(typed, sets.length > 1),
    );
    models.push(await modelOf(context, each, orders, lines, pixels, options));
  }
  const files = models.flatMap(({ comparison: { queries, corpus, isSelf }, lines }) =>
    (isSelf ? [queries] : [queries, corpus]).map((set) => ({ set, description: described(set), lines })),
  );
  const warnings = [
    ...files.flatMap(({ set, description }) => setWarnings(set, description, options.zeroVectors)),
    ...models.flatMap(({ comparison, hubs, name }) =>
      comparisonWarnings(comparison, hubs).map((text) => (sets.length > 1 ? `${name}: ${text}` : text)),
    ),
  ];
  const sections: (Section | null)[] = [
    warningsSection(warnings),
    filesSection(files, context.notes),
    matrixSection(models, METRICS[metric], pixels),
    retrievalSection(models),
    lossSection(models),
    neighboursSection(models),
    mapSection(models),
  ];
  const page: Page = {
    title: models.map(({ name }) => name).join(" and "),
    facts: [`Compared by ${METRICS[metric].title}. ${relevanceText(options, first)}`],
    command: new CommandLines([a, ...(b === undefined ? [] : [b])], typed).whole(),
    version: VERSION,
    sections: sections.filter((section) => section !== null),
  };
  await context.write(drawPage(page, await readAssets()));
  await context.commit();
  return EXIT.done;
}

/** @throws {UsageError} for files that do not belong together, a terminal, and a name that is not that of a page. */
function expectArguments(
  context: Context,
  a: string,
  b: string | undefined,
  { labels, qrels, compare: otherA, compareCorpus: otherB, output = "" }: ReportOptions,
): void {
  expectOneStdin([a, b, labels, qrels, otherA, otherB]);
  if (context.showsTerminal) {
    throw new UsageError("report: expected a file or a pipe, found a terminal", "-o report.html writes it to a file");
  }
  if (
    (otherA !== undefined || otherB !== undefined) &&
    (otherA === undefined || (otherB === undefined) !== (b === undefined))
  ) {
    const fault =
      otherA === undefined
        ? "expected it with --compare-corpus, found none"
        : b === undefined
          ? "expected no --compare-corpus for one file, found one"
          : "expected --compare-corpus with it for the second file, found none";
    throw new UsageError(
      `--compare: ${fault}`,
      b === undefined
        ? "simcli report a.npy --compare c.npy"
        : "simcli report a.npy b.npy --compare c.npy --compare-corpus d.npy",
    );
  }
  const extension = /\.[^./\\]+$/.exec(output)?.[0];
  if (extension && !/^\.html?$/i.test(extension)) {
    throw new UsageError(`report: expected the name of an HTML file, found ${output}`, "-o report.html");
  }
}

/** Reads one or two files, and what says which rows are relevant. */
async function readSets(
  context: Context,
  a: string,
  b: string | undefined,
  options: ReportOptions,
): Promise<ComparedSets> {
  const read = { ...readOptionsOf(options), dtype: options.dtype };
  const { labels, qrels } = options;
  if (qrels !== undefined) {
    const judgements = { option: "--qrels", path: qrels };
    return readRelevantSets(context, a, b, read, { ...(labels !== undefined && { labels }), judgements });
  }
  if (labels === undefined && b !== undefined) expectAllRows(options);
  const [queries, corpus] = await readLabelledSets(context, a, b, read, labels);
  const isSelf = b === undefined;
  const sets = { queries, corpus, isSelf };
  if (queries.labels && corpus.labels) {
    return { ...sets, relevance: relevanceByLabel(queries.labels, corpus.labels, isSelf) };
  }
  return { ...sets, relevance: isSelf || queries.rows !== corpus.rows ? null : relevanceByRow() };
}

/** Reads the vectors of the same rows by another model. */
async function readOther(
  context: Context,
  first: ComparedSets,
  a: string,
  b: string | undefined,
  options: ReportOptions,
): Promise<ComparedSets> {
  const read = { ...readOptionsOf(options), dtype: options.dtype };
  const like = async (path: string, set: VectorSet): Promise<VectorSet> => {
    const other = await readInput(context, path, read);
    if (other.rows !== set.rows) {
      throw new DataError(
        `${other.name}: expected the ${set.rows} rows of ${set.name}, found ${other.rows} rows`,
        "both models need the same rows in the same order",
      );
    }
    return { ...other, ids: set.ids, labels: set.labels };
  };
  const queries = await like(a, first.queries);
  const corpus = b === undefined ? queries : await like(b, first.corpus);
  return { ...first, queries, corpus };
}

async function modelOf(
  context: Context,
  sets: ComparedSets,
  orders: Awaited<ReturnType<typeof ordersOf>>,
  lines: CommandLines,
  pixels: number,
  options: ReportOptions,
): Promise<Model> {
  const comparison = await compare(context, sets, options, pixels, lossOptionsOf(sets, options));
  const images = [];
  for (const order of orders) images.push(await arranged(context, comparison, options, order));
  const { queries, corpus, isSelf } = sets;
  return {
    name: isSelf ? queries.name : `${queries.name} × ${corpus.name}`,
    comparison,
    orders: images,
    hubs: hubsOf(comparison.neighbours, corpus.rows),
    components: await principalComponents(corpus, { count: MAX_COMPONENTS, ...context.engineOptions }),
    lines,
  };
}

/** Returns the options of the loss: by pairs of rows, or by labels; null for sets whose rows are not pairs. */
function lossOptionsOf(
  { queries, corpus, isSelf }: ComparedSets,
  { qrels, margin }: ReportOptions,
): SimilarityLossOptions | null {
  if (qrels !== undefined || queries.rows !== corpus.rows || queries.rows < 2) return null;
  const kind = queries.labels ? "triplet" : "hard-negative";
  const own = margin ?? MARGINS[kind];
  const margins = [own, ...sweptMargins([own])];
  if (kind === "triplet") return { kind, margins, labels: queries.labels, excludeSelf: isSelf };
  return isSelf ? null : { kind, margins };
}

/** Returns the typed options without those of another model, whose files each model has itself. */
function withoutComparison(typed: TypedOptions, hasOther: boolean): TypedOptions {
  if (!hasOther) return typed;
  return new Map([...typed].filter(([name]) => name !== "compare" && name !== "compareCorpus"));
}

function relevanceText({ labels, qrels }: ReportOptions, { relevance, isSelf }: ComparedSets): string {
  if (!relevance) return isSelf ? "The rows are compared with each other." : "Nothing says which rows are relevant.";
  if (qrels !== undefined) return `Relevant rows are those of ${qrels}.`;
  return labels === undefined ? "Row i of both files is a pair." : `Rows with the same label (${labels}) are relevant.`;
}

function described({ rows, dimensions: columns, values, ids, lines }: VectorSet): Description {
  const describer = new Describer();
  describer.add({ rows, columns, values, ids, lines });
  return describer.result();
}

async function readAssets() {
  const [script, style] = await Promise.all(
    ["pages/page.iife.js", "pages/page.css"].map((path) => promises.readFile(ownFile(path), "utf8")),
  );
  return { script, style };
}
