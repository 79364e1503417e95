import { cpSync } from "node:fs";
import { expect } from "chai";
import { fixturePath } from "../reference.js";
import { plain, workplace } from "./run.js";

describe("simcli compare", () => {
  const place = workplace();
  const digits = fixturePath("digits/a.csv");
  const other = fixturePath("digits/b.csv");

  before(() => {
    for (const name of ["base.run", "better.run", "qrels.txt"]) cpSync(fixturePath(`runs/${name}`), place.path(name));
    place.bash(`simcli convert ${digits} --columns '!label' -o a.npy`);
    place.bash(`simcli noise a.npy --sd 12 --seed 1 -o noisy.npy; simcli noise a.npy --sd 6 --seed 2 -o near.npy`);
  });

  const vectors = () => `simcli compare noisy.npy ${other} --with near.npy ${other} --with a.npy ${other}`;

  it("writes one record for each system and measure", () => {
    const { code, stdout, stderr } = place.bash(`${vectors()} --measures mrr@10,accuracy@1`);
    expect({ code, stderr }).to.eql({ code: 0, stderr: "" });
    const [head, ...rows] = stdout.trimEnd().split("\n");
    expect(head).to.equal(
      "system,measure,baseline,value,difference,ci_low,ci_high,bootstrap_low,bootstrap_high,wins,ties,losses,t,t_p,t_p_holm," +
        "wilcoxon,wilcoxon_method,wilcoxon_p,wilcoxon_p_holm,randomisation_method,randomisation_p,randomisation_p_holm",
    );
    expect(rows.map((row) => row.split(",").slice(0, 2))).to.eql([
      [`near.npy ${other}`, "mrr@10"],
      [`near.npy ${other}`, "accuracy@1"],
      [`a.npy ${other}`, "mrr@10"],
      [`a.npy ${other}`, "accuracy@1"],
    ]);
    // the means are those of eval
    const metrics = JSON.parse(place.bash(`simcli eval near.npy ${other} -k 1,10 --json`).stdout).metrics;
    expect(Number(rows[0].split(",")[3])).to.be.closeTo(metrics["mrr@10"], 1e-15);
  });

  it("writes the same bytes on any number of threads, with any backend, and for the same seed", () => {
    const wanted = place.bash(`${vectors()} --json --threads 1`);
    expect(wanted.code).to.equal(0);
    for (const option of ["--threads 3", "--backend js", "--backend wasm", "--mode loop", "--seed 0"]) {
      expect(place.bash(`${vectors()} --json ${option}`), option).to.eql(wanted);
    }
    const seeded = JSON.parse(place.bash(`${vectors()} --json --seed 1`).stdout);
    const first = JSON.parse(wanted.stdout);
    expect(seeded.systems[0].measures[0].bootstrap_low).not.to.equal(first.systems[0].measures[0].bootstrap_low);
    expect(seeded.systems[0].measures[0].tP).to.equal(first.systems[0].measures[0].tP);
  });

  it("has the same result from metrics of all ranks as from a search", () => {
    const lineOf = (measures: string) => {
      const { stdout } = place.bash(`${vectors()} --measures ${measures}`);
      return stdout.split("\n").filter((line) => line.includes(",mrr@40,"));
    };
    // Holm's method counts the other measure
    const withoutHolm = (lines: string[]) => lines.map((line) => line.split(",").slice(0, 14));
    expect(withoutHolm(lineOf("mrr@40,r-precision"))).to.eql(withoutHolm(lineOf("mrr@40,accuracy@1")));
  });

  it("compares runs, and the values that eval --per-query wrote, in any format and order", () => {
    const { code, stdout, stderr } = place.bash(
      "simcli compare base.run --with better.run --qrels qrels.txt --json -q",
    );
    expect({ code, stderr }).to.eql({ code: 0, stderr: "" });
    const report = JSON.parse(stdout);
    expect(report).to.include({ baseline: "base.run", queries: 30, resamples: 10000, seed: 0 });
    expect(report.systems[0].measures.map(({ measure }: { measure: string }) => measure)).to.eql([
      "ndcg@10",
      "mrr@10",
      "recall@10",
      "accuracy@1",
    ]);
    place.bash("simcli eval --run base.run --qrels qrels.txt --per-query -o base.csv -q");
    place.bash("simcli eval --run better.run --qrels qrels.txt --per-query -o better.json -q");
    place.bash("(head -1 base.csv; tail -n +2 base.csv | sort -r) > sorted.csv");
    const reciprocal = "--measures reciprocal_rank --json";
    const written = place.bash(`simcli compare base.csv --with better.json ${reciprocal}`);
    expect(written.stderr).to.equal("");
    const direct = place.bash("simcli compare base.run --with better.run --qrels qrels.txt --measures mrr --json -q");
    const [wanted, found] = [direct, written].map((one) => JSON.parse(one.stdout).systems[0].measures[0]);
    expect({ ...found, measure: "mrr" }).to.eql(wanted);
    const same = JSON.parse(place.bash(`simcli compare base.csv --with sorted.csv --json`).stdout).systems[0].measures;
    expect(same.map(({ measure }: { measure: string }) => measure)).to.eql([
      "ndcg@10",
      "mrr@10",
      "recall@10",
      "accuracy@1",
    ]);
    for (const { difference, wins, losses, t_p, randomisation_p } of same) {
      expect([difference, wins, losses, t_p, randomisation_p]).to.eql([0, 0, 0, null, 1]);
    }
    // JSON once had names of its own.
    place.bash("sed 's/reciprocal_rank/reciprocalRank/' better.json > former.json");
    expect(place.bash(`simcli compare base.csv --with former.json ${reciprocal}`).stdout).to.equal(
      written.stdout.replace('"better.json"', '"former.json"'),
    );
  });

  it("reads runs, values and vectors from pipes", () => {
    place.bash("simcli eval --run base.run --qrels qrels.txt --per-query -o values.csv -q");
    const judged = "--with better.run --qrels qrels.txt --json -q";
    for (const [file, rest] of [
      ["base.run", judged],
      ["values.csv", "--with values.csv --json"],
      ["a.csv", "b.csv --with b.csv a.csv --json -q"],
    ]) {
      const wanted = JSON.parse(place.bash(`simcli compare ${file} ${rest}`).stdout);
      for (const [name, input] of [
        ["stdin", `- ${rest} < ${file}`],
        ["/dev/fd/63", `<(cat ${file}) ${rest}`],
      ]) {
        const { code, stdout, stderr } = place.bash(`simcli compare ${input}`);
        expect({ code, stderr }).to.eql({ code: 0, stderr: "" });
        const { baseline, ...found } = JSON.parse(stdout);
        expect(baseline).to.match(new RegExp(`^(?:${name}|-)`));
        expect({ ...found, baseline: wanted.baseline }, input).to.eql(wanted);
      }
    }
  });

  it("takes rows from a relevance level on as relevant, as eval does", () => {
    const judged = [0, 1, 2, 3].flatMap((query) => [0, 1, 2, 3].map((row) => `${query} 0 ${row} ${(query + row) % 3}`));
    place.write("levels.txt", `${judged.filter((_, i) => i % 5 !== 4).join("\n")}\n`);
    place.bash("simcli topk a.csv b.csv -k 4 -f tsv | awk 'NR > 1 {print $1, 0, $3, $2, $4, \"t\"}' > levels.run");
    const options = "--qrels levels.txt --relevance-level 2";
    const { metrics } = JSON.parse(place.bash(`simcli eval a.csv b.csv ${options} --metrics ndcg@3,mrr --json`).stdout);
    const baselineOf = (files: string, measures: string) => {
      const { stdout } = place.bash(`simcli compare ${files} ${options} --measures ${measures} --json -q`);
      return JSON.parse(stdout).systems[0].measures[0].baseline;
    };
    expect(metrics["ndcg@3"]).to.be.within(0.1, 0.9);
    for (const files of ["a.csv b.csv --with b.csv a.csv", "levels.run --with levels.run"]) {
      // ndcg@3 alone needs a search, mrr all ranks
      for (const measures of ["ndcg@3", "ndcg@3,mrr"]) {
        expect(baselineOf(files, measures), `${files} ${measures}`).to.be.closeTo(metrics["ndcg@3"], 1e-15);
      }
    }
  });

  it("lists the queries that gained and lost most", () => {
    const line = "simcli compare base.run --with better.run --qrels qrels.txt -q --measures ndcg@10";
    const { gained, lost } = JSON.parse(place.bash(`${line} --json --moved 2`).stdout).systems[0].measures[0];
    expect([gained.length, lost.length]).to.eql([2, 2]);
    const records = place.bash(`${line} --moved 2`).stdout.trimEnd().split("\n");
    expect(records[0]).to.equal("system,measure,query,baseline,value,difference");
    expect(records.slice(1).map((record) => record.split(",")[2])).to.eql(
      [...gained, ...lost].map(({ query }: { query: string }) => query),
    );
    for (const format of ["tsv", "ndjson", "markdown", "parquet", "arrow"]) {
      expect(place.bash(`${line} -f ${format} -o out.${format}`).code, format).to.equal(0);
    }
    expect(place.bash(`${line} -f npy | cat`).stderr).to.contain("for a list of records, found npy");
  });

  it("prints a table that fits the terminal", () => {
    const line = "simcli compare base.run --with better.run --qrels qrels.txt -q";
    const { stdout } = place.bash(`${line} -f table`);
    expect(stdout).to.match(/^baseline base\.run {3}queries 30 {3}resamples 10000 {3}seed 0\n\nbetter\.run\n/);
    expect(stdout).to.contain("gained most");
    const shown = plain(place.terminal(line, 80).stdout);
    expect(shown).not.to.contain("  …  ");
    expect(Math.max(...shown.split("\n").map((text) => text.length))).to.be.at.most(80);
    expect(place.bash(`${line} -f table --moved 0`).stdout).not.to.contain("gained most");
    const values = (value: (i: number) => number) =>
      Array.from({ length: 60 }, (_, i) => `q${i},${value(i)}\n`).join("");
    place.write("low.csv", `query,score\n${values((i) => i / 100)}`);
    place.write("high.csv", `query,score\n${values((i) => 1 + i / 90)}`);
    const query = (i: number) => `collection-of-queries/development/query-${String(i).padStart(6, "0")}`;
    for (const name of ["low", "high"]) {
      const lines = [0, 1, 2, 3].map((i) => `${query(i)},${name === "low" ? i : 3 - i}`);
      place.write(`long-${name}.csv`, `query,score\n${lines.join("\n")}\n`);
    }
    const long = plain(place.terminal("simcli compare long-low.csv --with long-high.csv --moved 2", 80).stdout);
    const [, ...moved] = long.slice(long.indexOf("gained most")).trim().split(/\r?\n/);
    expect(moved.map((text) => text.match(/\d{6}/g))).to.eql([
      ["000000", "000003"],
      ["000001", "000002"],
    ]);
    expect(Math.max(...long.split(/\r?\n/).map((text) => text.length))).to.be.at.most(80);
    const large = place.bash("simcli compare low.csv --with high.csv -f table").stdout;
    expect(large).to.match(/60 +0 +0 +<0\.0001 +<0\.0001/);
  });

  const errors: readonly (readonly [string, number, string])[] = [
    ["gap.csv --with gap.csv", 1, "gap.csv: expected a measure with a value for each query, found none"],
    ["a.csv b.csv", 2, "--with: expected two files for each system, as for the baseline, found none"],
    ["a.csv b.csv --with a.csv", 2, "--with: expected two files for each system, as for the baseline, found a.csv"],
    ["a.npy --with a.npy", 2, 'a.npy: expected values of eval --per-query, with a column "query"'],
    ["a.csv --with b.csv", 2, 'a.csv: expected values of eval --per-query, with a column "query"'],
    ["base.run --with better.run", 2, "base.run: expected relevance judgements with a TREC run, found none"],
    ["a.csv b.csv --with a.csv b.csv --measures ndgc@10", 2, 'expected a retrieval metric, found "ndgc@10"'],
    ["a.csv b.csv --with a.csv b.csv --measures mrr,mrr", 2, '--measures: expected different names, found "mrr,mrr"'],
    ["a.csv b.csv --with a.csv b.csv --resamples 10", 2, "--resamples: expected a whole number from 100"],
    ["a.csv b.csv --with a.csv b.csv --labels -", 2, "--labels: expected a file, which is read twice, found stdin"],
    [
      "base.run --with better.run --qrels <(cat qrels.txt)",
      2,
      "--qrels: expected a file, which is read twice, found the pipe /dev/fd/63",
    ],
    [
      "base.run --with better.run --qrels qrels.txt --metric dot",
      2,
      "--metric: expected vectors with it, found a TREC",
    ],
    ["base.run --with better.run --qrels qrels.txt -d tab", 2, "--delimiter: expected vectors with it, found a TREC"],
    ["gap.csv --with gap.csv --relevance-level 2", 2, "--relevance-level: expected --qrels with it, found none"],
    [
      "base.run --with base.run --qrels qrels.txt --relevance-level 9",
      1,
      "qrels.txt: expected relevant documents of the grade 9 or above for queries of base.run, found none\nhint: a smaller",
    ],
    [
      "a.csv b.csv --with b.csv a.csv --qrels numbers.txt --relevance-level 9",
      1,
      "a.csv b.csv: expected a query with a relevant row of the grade 9 or above, found none\nhint: a smaller",
    ],
    ["gap.csv --with gap.csv --dimensions 2", 2, "--dimensions: expected vectors with it, found values for each query"],
    ["a.npy noisy.npy --with a.csv b.csv", 1, 'a.csv b.csv: expected the queries of a.npy noisy.npy, found no "4"'],
    ["a.csv a.csv --with a.csv missing.csv", 1, "missing.csv"],
  ];
  for (const [args, status, message] of errors) {
    it(`reports ${args}`, () => {
      place.write("gap.csv", "query,a,b\nq1,0.5,\nq2,,0.2\n");
      place.write("numbers.txt", "0 0 1 2\n");
      const { code, stdout, stderr } = place.bash(`simcli compare ${args}`);
      expect(stderr).to.contain(message);
      expect(stderr.split("\n").filter((line) => line.startsWith("simcli:"))).to.have.length(1);
      expect({ code, stdout }).to.eql({ code: status, stdout: "" });
    });
  }
});

describe("simcli eval --run", () => {
  const place = workplace();
  before(() => {
    for (const name of ["base.run", "qrels.txt"]) cpSync(fixturePath(`runs/${name}`), place.path(name));
  });

  const line = "simcli eval --run base.run --qrels qrels.txt";

  it("writes counts and metrics as records, JSON and a table", () => {
    const { code, stdout, stderr } = place.bash(`${line} -k 1 --precision 3`);
    expect(code).to.equal(0);
    expect(stderr).to.contain("1 query with relevant documents not in the run");
    expect(stdout).to.match(/^metric,value\nqueries,31\ndocuments,\d+\nrelevant,\d+\nskipped,1\naccuracy@1,0\.633\n/);
    const report = JSON.parse(place.bash(`${line} -k 1 --json -q`).stdout);
    expect(report).to.include({ run: "base.run", queries: 31, skipped: 1 });
    expect(report.metrics["accuracy@1"]).to.be.closeTo(19 / 30, 1e-15);
    expect(report.metrics["mean-rank"]).to.be.null;
    expect(place.bash(`${line} -k 1 -f table -q`).stdout).to.match(/^retrieval in the run base\.run\nqueries 31 {3}/);
  });

  it("writes one record per query, also from pipes and compressed files", () => {
    const wanted = place.bash(`${line} --per-query -q`);
    expect(wanted.stdout.split("\n")).to.have.length(32);
    expect(wanted.stdout).to.match(
      /^query,relevant,first_rank,reciprocal_rank,average_precision,accuracy@1,.*,map@100\nq1,/,
    );
    place.bash("gzip -k base.run");
    for (const run of ["base.run.gz", "- < base.run", "<(cat base.run)"]) {
      expect(place.bash(`simcli eval --run ${run} --qrels qrels.txt --per-query -q`), run).to.eql(wanted);
    }
  });

  it("has the metrics of the vectors that were searched, at any relevance level", () => {
    const judged = [0, 1, 2, 3].flatMap((query) => [0, 1, 2, 3].map((row) => `${query} 0 ${row} ${(query + row) % 3}`));
    place.write("grades.txt", `${judged.filter((_, i) => i % 5 !== 4).join("\n")}\n`);
    place.bash("simcli topk a.csv b.csv -k 4 -f tsv | awk 'NR > 1 {print $1, 0, $3, $2, $4, \"t\"}' > searched.run");
    for (const options of ["", "--relevance-level 2 "]) {
      const line = `--qrels grades.txt ${options}--metrics all -k 1,3 --json`;
      const metricsOf = (input: string) => JSON.parse(place.bash(`simcli eval ${input} ${line}`).stdout).metrics;
      const metrics = metricsOf("a.csv b.csv");
      expect(Object.keys(metrics)).to.include.members(["bpref", "ndcg-exp@3", "rbp"]);
      expect(metricsOf("--run searched.run")).to.deep.equal(metrics);
    }
  });

  const errors: readonly (readonly [string, number, string])[] = [
    ["--run base.run", 2, "--run: expected relevance judgements with it"],
    ["--run base.run --qrels qrels.txt --metric dot", 2, "--metric: expected vectors with it, found --run"],
    ["--run base.run --labels l", 2, "--labels: expected vectors with it, found --run"],
    ["--run base.run --qrels qrels.txt --quantize int8", 2, "--quantize: expected vectors with it, found --run"],
    ["--run base.run --qrels qrels.txt --task sts", 2, "--run: expected --task retrieval, found sts"],
    ["a.csv --run base.run --qrels qrels.txt", 2, "--run: expected no vectors with it, found a.csv"],
    [
      "--run base.run --qrels other.txt",
      1,
      "other.txt: expected relevant documents for queries of base.run, found none",
    ],
    ["--run qrels.txt --qrels qrels.txt", 1, "qrels.txt:1: expected 6 fields, found 4 ("],
    ["", 2, "Usage: simcli eval [options] [queries] [corpus] [negatives]"],
  ];
  for (const [args, status, message] of errors) {
    it(`reports ${args || "no files"}`, () => {
      place.write("other.txt", "x 0 d1 1\n");
      const { code, stdout, stderr } = place.bash(`simcli eval ${args}`);
      expect(stderr).to.contain(message);
      expect({ code, stdout }).to.eql({ code: status, stdout: "" });
    });
  }
});
