import { expect } from "chai";
import { npyBytes } from "../npy-bytes.js";
import { fixtureJson, randomRows } from "../reference.js";
import { workplace } from "./run.js";

type Row = { readonly [name: string]: number | string | null };

interface Fixture {
  readonly a: number[][];
  readonly b: number[][];
  readonly c: number[][];
  readonly gold: number[];
  readonly labels: number[];
  readonly sts: { readonly [metric: string]: Row };
  readonly pairs: { readonly [metric: string]: Row };
  readonly triplets: { readonly [margin: string]: { readonly [metric: string]: number } };
  readonly first: number[][];
  readonly second: number[][];
  readonly bitext: { readonly [score: string]: Row };
}

const METRICS = ["cosine", "dot", "euclidean", "manhattan"];

describe("simcli eval --task", () => {
  const place = workplace();
  const fixture = fixtureJson<Fixture>("evaluation/tasks.json");
  const csv = (rows: readonly (readonly number[])[]) => `${rows.map((row) => row.join(",")).join("\n")}\n`;
  const lines = (values: readonly unknown[]) => `${values.join("\n")}\n`;
  const list = (line: string): Row[] => {
    const { code, stdout, stderr } = place.bash(`simcli eval ${line} --json`);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    return JSON.parse(stdout);
  };
  const expectRow = (found: Row | undefined, wanted: Row) => {
    for (const [name, value] of Object.entries(wanted)) {
      if (typeof value !== "number") expect(found?.[name], name).to.equal(value);
      else expect(found?.[name], name).to.be.closeTo(value, 1e-12);
    }
  };
  const expectError = (line: string, message: string) => {
    const { code, stdout, stderr } = place.bash(`simcli eval ${line}`);
    expect(stderr.split("\n")[0], line).to.contain(message);
    expect(stdout).to.equal("");
    expect(code).to.be.oneOf([1, 2]);
  };

  before(() => {
    for (const name of ["a", "b", "c", "first", "second"] as const) place.write(`t-${name}.csv`, csv(fixture[name]));
    place.write("gold.txt", lines(fixture.gold));
    place.write("labels.txt", lines(fixture.labels));
    place.write("ids.csv", lines(["id,score,x,y", "p,1,1,0", "q,2,0,1", "r,0,1,1"]));
    place.write("others.csv", lines(["id,score,x,y", "p,1,1,2", "q,2,0,1", "r,0,1,5"]));
    place.write("plain.csv", lines(["x,y", "1,2", "0,1", "1,5"]));
  });

  describe("sts", () => {
    it("equals SciPy for each metric, whatever the format of the vectors", () => {
      const found = list("t-a.csv t-b.csv --task sts --scores gold.txt");
      expect(found.map(({ metric }) => metric)).to.deep.equal(METRICS);
      for (const row of found) expectRow(row, { pairs: 60, ...fixture.sts[row.metric as string] });
      place.bash("simcli convert t-a.csv -o t-a.npy && simcli convert t-b.csv -o t-b.parquet");
      expect(list("t-a.npy t-b.parquet --task sts --scores gold.txt")).to.deep.equal(found);
      expect(list("t-a.csv t-b.csv --task sts --scores gold.txt --metric dot --mode loop")).to.deep.equal([found[1]]);
    });

    it("reads gold scores from a column of either file, and from the third field of pairs of ids", () => {
      const found = list("ids.csv others.csv --task sts --scores score");
      expect(list("ids.csv plain.csv --task sts --scores score")).to.deep.equal(found);
      expect(list("ids.csv plain.csv --task sts --scores 2")).to.deep.equal(found);
      expect(list("plain.csv others.csv --task sts --scores score")[0]).to.include({ pairs: 3 });
      place.write("pairs.txt", "id1 id2 score\nr r 0\np p 1\nq q 2\n");
      expect(list("ids.csv others.csv --task sts --pairs pairs.txt --columns x,y")).to.deep.equal(found);
    });

    it("leaves out pairs without a score, and has no value for scores that are all equal", () => {
      place.write("zero.csv", "1,0\n0,0\n0,1\n");
      place.write("three.txt", "1\n2\n3\n");
      const options = "--task sts --scores three.txt --zero-vectors nan";
      expect(list(`zero.csv zero.csv ${options} --metric cosine`)).to.deep.equal([
        { metric: "cosine", pairs: 2, pearson: null, spearman: null, kendall: null },
      ]);
      expect(place.bash(`simcli eval zero.csv zero.csv ${options} -f table`).stdout).to.match(/^cosine +2 +- +- +-$/m);
    });

    it("has one line for what does not fit", () => {
      place.write("four.txt", "1\n2\n3\n4\n");
      place.write("same.txt", "2\n2\n2\n");
      place.write("texts.csv", "id,score,x,y\np,high,1,0\nq,low,0,1\nr,low,1,1\n");
      place.write("conflict.csv", "id,score,x,y\np,1,1,2\nq,7,0,1\nr,0,1,5\n");
      const sts = "--task sts --scores";
      expectError(`ids.csv plain.csv ${sts} nothing`, 'ids.csv: expected a column named "nothing"');
      expectError(`ids.csv plain.csv ${sts} four.txt`, "four.txt: expected one number for each of the 3 rows");
      place.write("gap.txt", "1\nnan\n3\n");
      expectError(`plain.csv plain.csv ${sts} gap.txt`, "gap.txt:2: expected a number, found nan");
      expect(place.bash(`simcli eval plain.csv plain.csv ${sts} gap.txt`).stderr).not.to.contain("--missing");
      expectError(`plain.csv plain.csv ${sts} same.txt`, "same.txt:1: expected gold scores that differ, found 2");
      expectError(`texts.csv plain.csv ${sts} score`, 'texts.csv:2: expected a number as score, found "high"');
      expectError(`ids.csv conflict.csv ${sts} score`, "conflict.csv:3: expected the score 2 of ids.csv:3, found 7");
      expectError("ids.csv plain.csv --task sts", "expected --scores or --pairs, found neither");
      expectError(`ids.csv plain.csv ${sts} score --pairs pairs.txt`, "expected --scores or --pairs, found both");
      expectError(`ids.csv ${sts} score`, "expected two files, or --pairs with pairs of ids");
      expectError(`t-a.csv plain.csv ${sts} gold.txt`, "expected the same batch size, found 60 and 3 rows");
      expectError(`ids.csv plain.csv ${sts} score --missing skip-row`, "--missing: expected zero or mean");
      expectError(`ids.csv plain.csv ${sts} score -o x.svg`, "--format: expected table");
    });
  });

  describe("pairs", () => {
    it("equals scikit-learn for each metric, row by row and by pairs of ids", () => {
      const found = list("t-a.csv t-b.csv --task pairs --labels labels.txt --target-precision 0.9");
      expect(found.map(({ metric }) => metric)).to.deep.equal(METRICS);
      for (const row of found) expectRow(row, fixture.pairs[row.metric as string]!);
      const order = [...fixture.labels.keys()].reverse();
      place.write("by-id.txt", lines(order.map((i) => `${i},${i},${fixture.labels[i]}`)));
      expect(list("t-a.csv t-b.csv --task pairs --pairs by-id.txt --target-precision 0.9")).to.deep.equal(found);
    });

    it("compares the rows of one file by pairs of ids, and reports pairs that are in no file", () => {
      place.write("own.txt", "p r 1\np q 0\nq nobody 1\n");
      const { stdout, stderr } = place.bash("simcli eval ids.csv --task pairs --pairs own.txt --columns x,y");
      expect(stdout.split("\n")[1]).to.match(/^cosine,1,1,1,0\.7071\d+,1,/);
      expect(stderr).to.equal('simcli: own.txt: ignored 1 of 3 lines: their ids are in no file, such as "nobody"\n');
      const table = place.bash("simcli eval ids.csv --task pairs --pairs own.txt --columns x,y -f table").stdout;
      expect(table).to.contain("2 pairs, of which 1 are positive");
      expect(table)
        .to.match(/^ +cosine +dot +euclidean +manhattan$/m)
        .and.to.match(/^f1 threshold +0\.7071 /m);
    });

    it("reads true as 1 and false as 0, in files, columns and pairs", () => {
      place.write("bits.txt", "1\n0\n1\n");
      const found = list("plain.csv plain.csv --task pairs --labels bits.txt");
      for (const [name, text] of [
        ["truths.txt", "True\nFalse\nTrue\n"],
        ["pandas.csv", "same\r\nTrue\r\nFalse\r\nTrue\r\n"],
      ] as const) {
        place.write(name, text);
        expect(list(`plain.csv plain.csv --task pairs --labels ${name}`)).to.deep.equal(found);
      }
      place.write("pairs.jsonl", [1, 0, 1].map((bit, i) => `{"id1":${i},"id2":${i},"label":${bit === 1}}\n`).join(""));
      place.write("pairs.csv", "id1,id2,label\n0,0,True\n1,1,False\n2,2,True\n");
      for (const name of ["pairs.jsonl", "pairs.csv"]) {
        expect(list(`plain.csv plain.csv --task pairs --pairs ${name}`)).to.deep.equal(found);
      }
      place.write("few.txt", "true\nfalse\n");
      expectError(
        "plain.csv plain.csv --task pairs --labels few.txt",
        "few.txt: expected true or false for each of the 3 rows",
      );
      place.write("other.txt", "true\nfalse\nperhaps\n");
      expectError(
        "plain.csv plain.csv --task pairs --labels other.txt",
        'other.txt:3: expected true or false, found "perhaps"',
      );
    });

    it("has one line for other labels", () => {
      place.write("two.txt", "0\n1\n2\n");
      place.write("ones.txt", "1\n1\n1\n");
      place.write("unknown.txt", "x y 1\n");
      const pairs = "--task pairs";
      expectError(`plain.csv plain.csv ${pairs} --labels two.txt`, "two.txt:3: expected the label 0 or 1, found 2");
      expectError(`plain.csv plain.csv ${pairs} --labels ones.txt`, "found the label 1 for all");
      expectError(`ids.csv ${pairs} --pairs unknown.txt`, "unknown.txt: expected ids of ids.csv, found none of them");
      expectError(`plain.csv plain.csv ${pairs} --labels two.txt --target-precision 2`, "from 0 to 1");
    });
  });

  describe("triplets", () => {
    it("equals the definition of Sentence Transformers, with and without a margin", () => {
      for (const [margin, wanted] of Object.entries(fixture.triplets)) {
        const found = list(`t-a.csv t-b.csv t-c.csv --task triplets --margin ${margin}`);
        expect(found.map(({ metric }) => metric)).to.deep.equal(METRICS);
        for (const row of found) {
          expect(row).to.include({ triplets: 60, margin: Number(margin), accuracy: wanted[row.metric as string] });
        }
      }
    });

    it("does not count a tie", () => {
      const found = list("t-a.csv t-b.csv t-b.csv --task triplets");
      expect(found.map(({ accuracy }) => accuracy)).to.deep.equal([0, 0, 0, 0]);
    });

    it("reads binary files in parts, with the result of any other format", () => {
      const [rows, d] = [2000, 256];
      const sets = ["m", "n", "o"].map((_, seed) => Float32Array.from(randomRows(rows, d, seed + 1).flat()));
      for (const [k, name] of ["m", "n", "o"].entries()) place.write(`${name}.npy`, npyBytes(sets[k]!, [rows, d]));
      place.bash("simcli convert n.npy -o n.fbin && simcli convert o.npy -o o.csv && gzip -k m.npy");
      const found = list("m.npy n.npy o.npy --task triplets");
      expect(found[0]).to.include({ triplets: rows });
      expect(found[0]?.accuracy).to.be.within(0.4, 0.6);
      expect(list("m.npy n.fbin o.csv --task triplets")).to.deep.equal(found);
      expect(list("m.npy.gz - o.npy --task triplets < n.npy")).to.deep.equal(found);
      expect(list("m.npy n.npy o.npy --task triplets --dtype f32")).to.deep.equal(found);
      expect(list("m.npy n.npy n.npy --task triplets").map(({ accuracy }) => accuracy)).to.deep.equal([0, 0, 0, 0]);
      const chebyshev = list("m.npy n.npy o.npy --task triplets --metric chebyshev");
      expect(list("m.npy n.fbin o.csv --task triplets --metric chebyshev")).to.deep.equal(chebyshev);

      place.write("less.npy", npyBytes(sets[2]!.subarray(0, 1999 * d), [1999, d]));
      place.write("narrow.npy", npyBytes(sets[2]!, [2 * rows, d / 2]));
      const bad = sets[1]!.slice();
      bad[1999 * d + 3] = Number.NaN;
      place.write("bad.npy", npyBytes(bad, [rows, d]));
      const task = "--task triplets";
      expectError(`m.npy n.npy less.npy ${task}`, "m.npy (2000×256) and less.npy (1999×256): expected the same batch");
      expectError(`less.npy n.npy m.npy ${task}`, "less.npy (1999×256) and n.npy (2000×256): expected the same batch");
      expectError(`m.npy n.npy narrow.npy ${task}`, "expected the same dimensions, found 256 and 128");
      expectError(`m.npy bad.npy o.npy ${task}`, "bad.npy: row 1999, column 3 (byte offset");
      expectError(`m.npy n.npy missing.npy ${task}`, "missing.npy: no such file");
    });

    it("takes three files of the same size", () => {
      expectError("t-a.csv t-b.csv --task triplets", "--task triplets: expected 3 files, found 2");
      place.write("short.csv", csv(fixture.c.slice(0, 3)));
      expectError("t-a.csv t-b.csv short.csv --task triplets", "expected the same batch size, found 60 and 3 rows");
      expectError("t-a.csv t-b.csv plain.csv --task triplets", "expected the same dimensions, found 8 and 2");
      expectError("t-a.csv t-b.csv t-c.csv", "--task retrieval: expected 1 or 2 files, found 3");
    });
  });

  describe("bitext", () => {
    it("counts one pair in the singular", () => {
      place.write("single.csv", "1,2\n");
      const { stdout } = place.bash("simcli eval single.csv single.csv --task bitext -k 1 -f table");
      expect(stdout).to.match(/^1 pair: row i of single\.csv/);
      expect(place.bash("simcli topk single.csv a.csv -k 1 --columns 1-2 -f table").stdout).to.contain("for 1 query\n");
    });

    it("equals the definitions in NumPy, and does not depend on threads and backends", () => {
      const found = list("t-first.csv t-second.csv --task bitext");
      expect(found.map(({ score, k }) => [score, k])).to.deep.equal([
        ["cosine", null],
        ["ratio", 4],
        ["distance", 4],
        ["csls", 10],
      ]);
      for (const row of found) expectRow(row, fixture.bitext[row.score as string]!);
      for (const options of ["--backend wasm --threads 1", "--mode loop"]) {
        expect(list(`t-first.csv t-second.csv --task bitext ${options}`)).to.deep.equal(found);
      }
      const [, , distance, csls] = list("t-first.csv t-second.csv --task bitext -k 3");
      // With the same number of neighbours, CSLS is twice the distance margin.
      expect(csls).to.include({ k: 3, forward_accuracy: distance?.forward_accuracy, mining_f1: distance?.mining_f1 });
      expect(csls?.mining_threshold).to.be.closeTo(2 * (distance?.mining_threshold as number), 1e-12);
    });

    it("finds the same by a search of large sets, whose cells are not computed", () => {
      // A large job: 1200 × 1200 × 96 products.
      const random = "let s = 1; const next = () => (s = (Math.imul(s, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;";
      const write = "fs.writeFileSync(name, rows.map((row) => row.join(',')).join('\\n') + '\\n')";
      const script =
        `${random} const a = Array.from({ length: 1200 }, () => Array.from({ length: 96 }, next));` +
        "const b = a.map((row) => row.map((x) => x + 2.5 * next()));" +
        `for (const [name, rows] of [['large-a.csv', a], ['large-b.csv', b]]) ${write};`;
      place.bash(`${process.execPath} -e "${script}"`);
      const found = list("large-a.csv large-b.csv --task bitext");
      expect(found[0]?.forward_accuracy).to.be.within(0.05, 0.95);
      expect(list("large-a.csv large-b.csv --task bitext --backend js")).to.deep.equal(found);
    });

    it("takes one number of neighbours", () => {
      expectError("t-first.csv t-second.csv --task bitext -k 1,2", "-k: expected one number of neighbours");
      expectError("t-first.csv t-second.csv --task bitext --metric dot", "--metric: expected --task retrieval or sts");
    });
  });

  it("refuses the options of other tasks", () => {
    const files = "t-a.csv t-b.csv";
    for (const [options, message] of [
      [
        "--scores gold.txt",
        "--scores: expected --task sts, found --task retrieval\nhint: --task sts, or leave --scores out",
      ],
      ["t-a.csv", "--task retrieval: expected 1 or 2 files, found 3\nhint: simcli eval --task triplets"],
      ["--task STS --scores gold.txt", 'found "STS"\nhint: did you mean sts?'],
      ["--task pairs --labels labels.txt --qrels x", "--qrels: expected --task retrieval, found --task pairs"],
      ["--task sts --scores gold.txt -k 3", "-k: expected --task retrieval or bitext, found --task sts"],
      ["--task sts --scores gold.txt --per-query", "--per-query: expected --task retrieval, found --task sts"],
      ["--task bitext --margin 1", "--margin: expected --task triplets, found --task bitext"],
      ["--task sts --scores gold.txt --target-precision 1", "--target-precision: expected --task pairs"],
      ["--task stss", "--task: expected retrieval, sts, pairs, triplets, bitext"],
    ] as const) {
      const { code, stderr } = place.bash(`simcli eval ${files} ${options}`);
      expect(stderr).to.contain(message);
      expect(code, options).to.equal(2);
    }
  });
});
