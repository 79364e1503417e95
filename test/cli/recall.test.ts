import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parquetReadObjects } from "hyparquet";
import { npyBytes } from "../npy-bytes.js";
import { fixtureJson, fixturePath } from "../reference.js";
import { workplace } from "./run.js";

interface Expected {
  readonly queries: readonly number[][];
  readonly corpus: readonly number[][];
  readonly truth: readonly number[][];
  readonly distances: readonly number[][];
  readonly found: readonly number[][];
  readonly cases: readonly {
    readonly k: number;
    readonly hits: readonly number[];
    readonly withinTolerance: readonly number[];
    readonly recall: number;
    readonly tie_tolerant: number;
    readonly lowest: number;
    readonly p5: number;
    readonly complete: number;
  }[];
}

type Rows = readonly (readonly number[])[];

const csv = (rows: Rows, ids = false) => rows.map((row, i) => `${ids ? `row-${i},` : ""}${row.join(",")}\n`).join("");

/** As faiss writes them: the number of columns before each row. */
const ivecs = (rows: Rows) => new Uint8Array(Int32Array.from(rows.flatMap((row) => [row.length, ...row])).buffer);

/** As big-ann-benchmarks writes ground truth. */
const ibin = (rows: Rows, distances: Rows) =>
  Buffer.concat([
    new Uint8Array(Int32Array.of(rows.length, rows[0]!.length, ...rows.flat()).buffer),
    new Uint8Array(Float32Array.from(distances.flat()).buffer),
  ]);

const { queries, corpus, truth, distances, found, cases } = fixtureJson<Expected>("neighbours/recall.json");

describe("ground truth of simcli topk", () => {
  const place = workplace();
  before(() => {
    place.write("q.csv", csv(queries));
    place.write("c.csv", csv(corpus));
    place.write("ids.csv", csv(corpus, true));
  });
  const topk = (line: string) => place.bash(`simcli topk ${line}`);

  it("is written as .ivecs and .ibin, byte for byte", () => {
    expect(topk("q.csv c.csv -k 12 --metric sqeuclidean -o t.ivecs")).to.deep.equal({
      code: 0,
      stdout: "",
      stderr: "",
    });
    expect(readFileSync(place.path("t.ivecs")).equals(ivecs(truth))).to.equal(true);
    expect(topk("q.csv c.csv -k 12 --metric sqeuclidean -o t.ibin").stderr).to.equal("");
    expect(readFileSync(place.path("t.ibin")).equals(ibin(truth, distances))).to.equal(true);
    expect(topk("q.csv c.csv -k 12 --metric sqeuclidean -f ibin > piped.bin").stderr).to.equal("");
    expect(readFileSync(place.path("piped.bin")).equals(ibin(truth, distances))).to.equal(true);
  });

  it("is written as lists in Parquet", async () => {
    expect(topk("q.csv c.csv -k 12 --metric sqeuclidean --ground-truth -o t.parquet").stderr).to.equal("");
    const file = Uint8Array.from(readFileSync(place.path("t.parquet"))).buffer;
    expect(await parquetReadObjects({ file })).to.deep.equal(
      truth.map((row, i) => ({ id: BigInt(i), neighbors_id: row, distances: distances[i] })),
    );
  });

  it("names rows by their numbers, and notes ids that are left out", () => {
    const note = "neighbours are row numbers from 0\n";
    const { stderr } = topk("q.csv ids.csv -k 12 --metric sqeuclidean -o ids.ivecs");
    expect(stderr).to.equal(`simcli: ivecs: left out the ids of ids.csv; ${note}`);
    expect(readFileSync(place.path("ids.ivecs")).equals(ivecs(truth))).to.equal(true);
    expect(topk("ids.csv -k 2 -o self.ibin --zero-vectors zero").stderr).to.equal(
      `simcli: ibin: left out the ids of ids.csv; ${note}`,
    );
    expect(topk("ids.csv -k 2 --ground-truth -o self.parquet --zero-vectors zero").stderr).to.equal(
      `simcli: parquet: left out the ids of ids.csv; ${note}`,
    );
  });

  it("needs k neighbours for each query, and no option that it has no place for", () => {
    place.write("single.csv", "1,2\n");
    for (const [line, code, message] of [
      [
        "q.csv c.csv -k 81 --metric dot -o x.ivecs",
        2,
        "-k: expected at most 80, the number of neighbours in c.csv, found 81\nhint: for example: -k 80",
      ],
      [
        "q.csv -k 15 --metric dot -o x.ivecs",
        2,
        "-k: expected at most 14, the number of neighbours in q.csv, found 15",
      ],
      [
        "q.csv c.csv -k 3 -o x.npy --ground-truth",
        2,
        "--ground-truth: expected the format ivecs, ibin, parquet, found npy\nhint: -o truth.ibin",
      ],
      ["single.csv -o x.ivecs", 1, "single.csv: expected other rows, of which 10 are the neighbours, found one row"],
      ["q.csv c.csv --min-score 1 -o x.ivecs", 2, "-f ivecs: expected no --min-score with it"],
      ["q.csv c.csv --missing skip-row -o x.ibin", 2, "-f ibin: expected no --missing skip-row with it"],
      ["q.csv --ground-truth --embedding-atlas -o x.parquet", 2, "cannot be used with option '--ground-truth'"],
      ["q.csv --ground-truth --carry x -o x.parquet", 2, "--ground-truth: expected no --carry with it"],
      ["q.csv --ground-truth --labels 1 -o x.parquet", 2, "--ground-truth: expected no --labels with it"],
    ] as const) {
      const result = topk(line);
      expect(result.stderr, line).to.contain(message);
      expect(result.code).to.equal(code);
    }
    place.write("zero.csv", "1,2\n0,0\n2,1\n3,1\n");
    expect(topk("zero.csv -k 2 --zero-vectors nan -o x.ivecs").stderr).to.contain(
      "zero.csv: expected 2 neighbours for each query, found 0 for query 1\nhint:",
    );
    expect(place.bash("ls").stdout).not.to.match(/^x\./m);
  });
});

describe("simcli recall", () => {
  const place = workplace();
  const topk = "simcli topk q.csv c.csv -k 12 --metric sqeuclidean";
  before(() => {
    place.write("q.csv", csv(queries));
    place.write("c.csv", csv(corpus));
    place.write("ids.csv", csv(corpus, true));
    place.write("truth.ivecs", ivecs(truth));
    place.write("truth.ibin", ibin(truth, distances));
    place.write("truth.npy", npyBytes(Float64Array.from(truth.flat()), [15, 12]));
    place.write("truth.csv", csv(truth));
    place.write("found.ivecs", ivecs(found));
    place.bash(`${topk} -o truth.parquet --ground-truth`);
    place.bash(`${topk} -o records.parquet`);
    place.bash(`${topk} -o records.csv`);
    place.bash(`${topk} -o records.jsonl`);
    place.bash(`${topk} -o records.arrow`);
  });

  const recall = (line: string) => place.bash(`simcli recall ${line}`);
  const k = cases.map((one) => one.k).join(",");
  const vectors = "--queries q.csv --corpus c.csv --metric sqeuclidean";
  const negative = found.flat().filter((row) => row < 0).length;
  const note = `simcli: found.ivecs: ${negative} negative ids, counted as not found\n`;

  it("prints one record for each k, as the definitions give it", () => {
    const { code, stdout, stderr } = recall(`truth.ivecs found.ivecs -k ${k} ${vectors} --json`);
    expect(code).to.equal(0);
    expect(stderr).to.equal(note);
    const records = JSON.parse(stdout);
    expect(records).to.have.length(cases.length);
    for (const [i, { k: own, recall: mean, tie_tolerant, lowest, p5, complete }] of cases.entries()) {
      expect(records[i]).to.include({ k: own, queries: 15 });
      for (const [name, value] of Object.entries({ recall: mean, tie_tolerant, lowest, p5, complete })) {
        expect(records[i][name], `${name}@${own}`).to.be.closeTo(value, 1e-15);
      }
    }
    const lines = recall(`truth.ivecs found.ivecs -k 12,3,3 --precision 4`).stdout.split("\n");
    expect(lines).to.deep.equal([
      "k,queries,recall,tie_tolerant,lowest,p5,complete",
      "3,15,0.7778,,0.3333,0.3333,0.5333",
      "12,15,0.6278,,0.2500,0.3083,0.1333",
      "",
    ]);
  });

  it("prints one record for each query", () => {
    const { stdout } = recall(`truth.ivecs found.ivecs -k 3,10 ${vectors} --per-query`);
    const [head, ...lines] = stdout.trimEnd().split("\n");
    expect(head).to.equal("query,recall@3,tie_tolerant@3,recall@10,tie_tolerant@10");
    expect(lines.map((line) => line.split(",").map(Number))).to.deep.equal(
      queries.map((_, query) => [
        query,
        ...[1, 2].flatMap((i) => [cases[i]!.hits, cases[i]!.withinTolerance].map((list) => list[query]! / cases[i]!.k)),
      ]),
    );
  });

  it("reads the truth in every format, with its distances", () => {
    const plain = recall("truth.ivecs found.ivecs -k 3").stdout;
    for (const file of ["truth.npy", "truth.csv"]) expect(recall(`${file} found.ivecs -k 3`).stdout).to.equal(plain);
    const exact = recall(`truth.ivecs found.ivecs -k 3 ${vectors}`).stdout;
    for (const file of [
      "truth.ibin",
      "truth.parquet",
      "records.parquet",
      "records.csv",
      "records.jsonl",
      "records.arrow",
    ]) {
      expect(recall(`${file} found.ivecs -k 3`), file).to.deep.equal({ code: 0, stdout: exact, stderr: "" });
    }
    for (const file of ["truth.ibin#neighbors", "truth.parquet#neighbors_id"]) {
      expect(recall(`${file} found.ivecs -k 3`).stdout, file).to.equal(plain);
    }
    expect(recall(`truth.ivecs - -k 3 --input-format ivecs < found.ivecs`).stdout).to.equal(plain);
    const path = fixturePath("binary/ann.hdf5");
    expect(recall(`${path} ${path} -f ndjson`).stdout).to.match(/^\{"k":2,"queries":3,"recall":1,"tie_tolerant":1,/);
  });

  it("is 1 for records of topk in a pipe, in any order", () => {
    const one = "k,queries,recall,tie_tolerant,lowest,p5,complete\n12,15,1,1,1,1,1\n";
    for (const format of ["csv", "ndjson", "json"]) {
      expect(place.bash(`${topk} -f ${format} | simcli recall truth.ibin -`)).to.include({ stdout: one, stderr: "" });
    }
    const shuffled = "(head -1 records.csv; tail -n +2 records.csv | sort -r)";
    expect(place.bash(`${shuffled} | simcli recall truth.ibin -`)).to.include({ stdout: one, stderr: "" });
    expect(place.bash(`${shuffled} | simcli recall truth.ibin - -k 1 | tail -1`).stdout).to.equal("1,15,1,1,1,1,1\n");
  });

  it("compares ids of records, also with the vectors that have them", () => {
    place.bash("simcli topk q.csv ids.csv -k 12 --metric sqeuclidean -o named.csv");
    place.bash("simcli topk q.csv ids.csv -k 12 --metric sqeuclidean --quantize binary -o signs.csv");
    expect(recall("named.csv named.csv | tail -1").stdout).to.equal("12,15,1,1,1,1,1\n");
    const withVectors = recall(`named.csv signs.csv -k 3 ${vectors.replace("c.csv", "ids.csv")}`);
    expect(withVectors.stderr).to.equal("");
    place.bash(`${topk} --quantize binary -o signs.ivecs`);
    expect(recall(`truth.ivecs signs.ivecs -k 3 ${vectors}`).stdout).to.equal(withVectors.stdout);
    expect(recall("truth.ivecs named.csv").stderr).to.contain(
      'named.csv: expected row numbers of neighbours, as in truth.ivecs, found the id "row-',
    );
  });

  it("notes what is unusual in the neighbours that were found", () => {
    place.write("short.csv", "query,id,rank\n0,20,1\n2,15,2\n2,15,1\n");
    const { stdout, stderr } = recall("truth.ivecs short.csv -k 2");
    expect(stderr.split("\n")).to.deep.equal([
      "simcli: short.csv: 13 queries of truth.ivecs not in it, counted with nothing found",
      "simcli: short.csv: 1 id more than once for the same query, counted once",
      "simcli: short.csv: lists shorter than k = 2 lack 27 neighbours, counted as not found",
      "",
    ]);
    const hits = [0, 2].filter((query, i) => truth[query]!.slice(0, 2).includes([20, 15][i]!)).length;
    expect(stdout.split("\n")[1]).to.match(new RegExp(`^2,15,${hits / 30},`));
    expect(recall("truth.ivecs short.csv -k 2 --quiet").stderr).to.equal("");
    place.bash("simcli topk q.csv c.csv -k 12 --metric euclidean -o roots.ibin");
    expect(recall("truth.ibin roots.ibin -k 3").stderr).to.match(
      /^simcli: roots.ibin: ignored its distances, which differ from those of truth.ibin: \d\S* and \d+ for the neighbour \d+ of query \d+\n$/,
    );
    expect(recall("truth.ibin found.ivecs -k 3,12").stderr).to.equal(
      `${note}simcli: no tie-tolerant recall for k = 12: distances of found neighbours are unknown; --queries FILE --corpus FILE computes them\n`,
    );
  });

  it("takes NaN for no neighbour, and replaces missing components of vectors", () => {
    place.write("truth.csv", "0,1\n1,2\n2,0\n");
    place.write("some.csv", "0,1\n1,nan\n2,0\n");
    expect(recall("truth.csv some.csv")).to.deep.equal({
      code: 0,
      stdout: `k,queries,recall,tie_tolerant,lowest,p5,complete\n2,3,${5 / 6},,0.5,0.55,${2 / 3}\n`,
      stderr: "simcli: some.csv: lists shorter than k = 2 lack 1 neighbour, counted as not found\n",
    });
    place.write("nan-score.csv", "query,rank,id,score\n0,1,0,1\n0,2,1,nan\n1,1,1,\n");
    expect(recall("nan-score.csv nan-score.csv").stdout).to.contain("\n1,2,1,1,1,1,1\n");
    place.write("gap.csv", "1,2\n,1\n3,1\n");
    const line = "truth.csv truth.csv --queries gap.csv";
    expect(recall(line).stderr).to.contain(`: simcli recall ${line} --missing mean\n`);
    expect(recall(`${line} --missing mean`).code).to.equal(0);
    expect(recall(`${line} --missing skip-row`).stderr).to.contain(
      "rows that are left out would shift the row numbers",
    );
  });

  it("names queries and neighbours by their ids, and asks about files that have nothing in common", () => {
    place.write("named.txt.csv", "query,id,score\nq1,x,1\nq1,y,2\nq2,y,3\nq2,z,4\n");
    place.write("other.csv", "query,id,score\nq2,y,3\nq2,z,9\nq1,x,1\nq1,y,2\n");
    expect(recall("named.txt.csv other.csv")).to.deep.equal({
      code: 0,
      stdout: "k,queries,recall,tie_tolerant,lowest,p5,complete\n2,2,1,1,1,1,1\n",
      stderr:
        "simcli: other.csv: ignored its distances, which differ from those of named.txt.csv: 9 and 4 for the neighbour z of query q2\n",
    });
    place.write("twice.csv", "query,id\nq1,x\nq1,x\nq2,y\nq2,z\n");
    expect(recall("twice.csv other.csv").stderr).to.contain("expected each neighbour once, found x twice for query q1");
    place.write("part.csv", "id,x,y\nq1,1,2\n");
    expect(recall("named.txt.csv named.txt.csv --queries part.csv").stderr).to.contain(
      "part.csv: expected the vectors of all queries of named.txt.csv, found none of query q2",
    );
    place.write("alien.csv", "query,id\nq1,0\nq1,1\nq2,0\nq2,1\n");
    expect(recall("named.txt.csv alien.csv").stderr).to.contain(
      "simcli: alien.csv: no neighbour is in the truth; do both files name rows alike, and count them from 0?\n",
    );
  });

  it("reads neighbours of Embedding Atlas, and compressed files", () => {
    place.bash("simcli topk c.csv -k 4 --zero-vectors zero -o atlas.parquet --embedding-atlas");
    place.bash("simcli topk c.csv -k 4 --zero-vectors zero -o self.ivecs && gzip -k self.ivecs");
    for (const line of ["self.ivecs atlas.parquet", "self.ivecs.gz self.ivecs", "'self.ive*s' self.ivecs"]) {
      expect(recall(`${line} | tail -1`), line).to.deep.equal({ code: 0, stdout: "4,80,1,,1,1,1\n", stderr: "" });
    }
    expect(recall("atlas.parquet self.ivecs | tail -1").stdout).to.equal("4,80,1,1,1,1,1\n");
  });

  it("prints the same on one thread and in little memory, and a table", () => {
    const line = `truth.ibin found.ivecs -k ${k} ${vectors}`;
    const { stdout } = recall(line);
    for (const options of ["--threads 1", "--max-memory 150MB"])
      expect(recall(`${line} ${options}`).stdout).to.equal(stdout);
    const table = recall(`${line} -f table`).stdout.split("\n");
    expect(table[0]).to.equal("recall of found.ivecs against truth.ibin");
    expect(table[2]).to.match(/^k +queries +recall +tie_tolerant +lowest +p5 +complete$/);
    expect(table[4]).to.match(/^3 +15 +0\.7778 +0\.8667 +0\.3333 +0\.3333 +0\.5333$/);
  });

  it("reports files that do not fit each other, and options", () => {
    place.write("four.csv", "1,2\n2,3\n0,1\n0,2\n");
    place.write("twice.csv", csv(truth.map((row) => [row[0]!, row[0]!])));
    place.write("empty.csv", "query,id\n0,\n");
    place.write("rank.csv", "query,id,rank\n0,1,first\n");
    for (const [line, message] of [
      [
        "truth.ivecs four.csv",
        "expected the same queries in both files, found 15 in truth.ivecs and 4 in four.csv\nhint:",
      ],
      [
        "truth.ivecs found.ivecs -k 20",
        "-k: expected at most the 12 neighbours of truth.ivecs, found 20\nhint: for example: -k 12",
      ],
      ["found.ivecs truth.ivecs -k 12", "found.ivecs: expected 12 neighbours for each query, found"],
      ["twice.csv truth.ivecs -k 2", "twice.csv: expected each neighbour once, found"],
      ["truth.ivecs a.csv", "expected the row number of a neighbour, found"],
      ["truth.ivecs empty.csv", "empty.csv:2: expected a query and a neighbour, found an empty cell"],
      ["truth.ivecs rank.csv", 'rank.csv:2: expected a number in the column rank, found "first"'],
      ["truth.ivecs - < truth.csv", 'stdin: expected a column named "query"'],
      ["truth.ivecs found.ivecs --metric dot", "--metric: expected --queries with it"],
      ["truth.ivecs found.ivecs --corpus c.csv", "--corpus: expected --queries with it"],
      ["truth.ivecs found.ivecs --queries q.csv --corpus four.csv", "expected a row of four.csv, which has 4, found"],
      ["truth.ivecs found.ivecs --queries four.csv --corpus c.csv", "found 15 in truth.ivecs and 4 in four.csv"],
      ["truth.ivecs missing.ivecs", "missing.ivecs: no such file"],
      ["truth.ivecs found.ivecs -k 0", "-k: expected a whole number"],
      ["truth.ivecs found.ivecs -o x.npy", "found npy"],
    ]) {
      const { code, stdout, stderr } = recall(line!);
      expect(stderr, line).to.contain(message);
      expect(code, line).to.be.within(1, 2);
      expect(stdout).to.equal("");
    }
  });
});
