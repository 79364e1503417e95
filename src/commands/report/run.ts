import { promises } from "node:fs";
import { UsageError } from "../../core/errors.js";
import { ownFile } from "../../core/own-file.js";
import type { VectorSet } from "../../core/vectors.js";
import { drawPage } from "../../pages/draw-page.js";
import type { Page, Section } from "../../pages/page.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, prefetchBlas } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions, MetricOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { VERSION } from "../../shell/version.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import { Describer, type Description } from "../describe/description.js";
import { CommandLines, type TypedOptions } from "./command-lines.js";
import { type ComparedSets, ordersOf } from "./comparison.js";
import { modelOf } from "./compute-model.js";
import { filesSection } from "./files-section.js";
import { lossSection } from "./loss-section.js";
import { mapSection } from "./map-section.js";
import { matrixSection } from "./matrix-section.js";
import type { Model } from "./model.js";
import { neighboursSection } from "./neighbours-section.js";
import { readOther, readSets } from "./read-sets.js";
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
