import { expect } from "chai";
import { type EvaluationReport, evaluationJson, evaluationRecords } from "#dist/commands/eval/evaluation-records.js";
import { evaluationTable } from "#dist/commands/eval/evaluation-table.js";
import { delimitedRecords } from "#dist/formats/csv/write-csv.js";
import { numberFormat } from "#dist/output/number.js";
import { createPaint } from "#dist/tables/paint.js";

const spread = { mean: 1 / 3, sd: 2 / 3, min: -1, q25: 0.25, median: 0.5, q75: 0.75, max: 1 };
const report: EvaluationReport = {
  metric: "cosine",
  queries: 7,
  corpus: 9,
  relevant: 12,
  skipped: 1,
  metrics: { "mrr@1": 2 / 3, "mean-rank": null },
  cutoffs: [1],
  positive: { count: 12, ...spread, quartileError: 1.5e-7 },
  bins: { from: -0.5, to: 1, isDistance: false, positive: [0, 0, 4, 8], negative: [90, 9, 1, 0] },
  negative: { count: 50, ...spread, quartileError: 0 },
  auc: 8 / 9,
  aucError: 5e-7,
  alignment: 1 / 3,
  uniformity: { queries: -2 / 3, corpus: -1 / 3 },
  warnings: [],
};

describe("evaluationRecords", () => {
  const csv = (precision: number | null) =>
    [...delimitedRecords(evaluationRecords(report, precision), ",", numberFormat(precision, "nan"))].join("");

  it("applies the precision to results, but not to counts and error bounds", () => {
    const text = csv(2);
    for (const line of ["queries,7", "positive-count,12", "positive-quartile-error,1.5e-7", "auc-error,5e-7"])
      expect(text).to.contain(`\n${line}\n`);
    for (const line of ["mrr@1,0.67", "mean-rank,", "positive-sd,0.67", "negative-quartile-error,0", "auc,0.89"])
      expect(text).to.contain(`\n${line}\n`);
    expect(text).to.contain("\nuniformity-queries,-0.67\nuniformity-corpus,-0.33\n");
  });

  it("keeps all digits without a precision", () => {
    const cells = [...evaluationRecords(report, null).rows].map(([, value]) => value);
    expect(cells.filter((cell) => typeof cell === "string")).to.deep.equal([]);
  });

  it("omits the distribution of scores if there are none", () => {
    const { rows } = evaluationRecords({ ...report, negative: null, auc: null, aucError: null }, 2);
    const names = [...rows].map(([name]) => name);
    expect(names).to.include("positive-sd").and.not.to.include("negative-sd");
    expect([...rows]).to.deep.include(["auc-error", null]);
  });
});

describe("evaluationJson", () => {
  it("applies the precision to results, but not to counts and error bounds", () => {
    const text = evaluationJson(report, numberFormat(2, "null"));
    expect(text).to.contain('{"metric":"cosine","queries":7,"corpus":9,"relevant":12,"skipped":1,"metrics":');
    expect(text).to.contain('{"mrr@1":0.67,"mean-rank":null}');
    expect(text).to.contain('"negative":{"count":50,"mean":0.33,"sd":0.67,');
    expect(text).to.contain('"quartileError":1.5e-7}').and.to.contain('"auc":0.89,"aucError":5e-7}');
    expect(text).to.contain('"uniformity":{"queries":-0.67,"corpus":-0.33},"warnings":[]}');
    expect(JSON.parse(text).warnings).to.deep.equal([]);
  });
});

describe("evaluationTable", () => {
  const optionsOf = async () => ({
    width: 100,
    height: 40,
    full: false,
    heatmap: false,
    precision: 4,
    paint: await createPaint(0),
    textWidth: (text: string) => text.length,
    images: null,
  });
  const lines = async (one: EvaluationReport) => evaluationTable(one, await optionsOf()).join("\n");

  it("shows the error bounds of quartiles and AUC if they are above 0", async () => {
    expect(await lines(report)).to.contain("quartiles off by up to about 1.5e-7   auc off by up to about 5.0e-7");
    const exact = { ...report, positive: report.negative, aucError: 0 };
    expect(await lines(exact)).not.to.contain("off by");
    expect(await lines(exact)).to.contain("auc 0.8889   alignment 0.3333");
  });

  it("draws both distributions over the same range, in fewer bins on a narrow terminal", async () => {
    expect(await lines(report)).to.contain("\n          -0.5000 1.0000\npositive    ▄█\nnegative  █▁▁\n\n");
    const bins = { from: 0, to: 1, isDistance: false, positive: Array(60).fill(1), negative: Array(60).fill(0) };
    const narrow = evaluationTable({ ...report, bins }, { ...(await optionsOf()), width: 40 });
    expect(narrow).to.include(`positive  ${"█".repeat(30)}`);
    expect(await lines({ ...report, bins: null })).not.to.contain("█");
  });
});
