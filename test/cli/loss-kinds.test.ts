import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { hold } from "#dist/core/matrix.js";
import { similarityLoss } from "#dist/loss/similarity-loss.js";
import { cosineGradients } from "#dist/similarity/cosine-gradients.js";
import { cosineTiles } from "#dist/similarity/similarity.js";
import { fixturePath, fixtureText, fixtureVectors } from "../reference.js";
import { cells, workplace } from "./run.js";

const KINDS = [
  "triplet",
  "triplet --mining batch-all",
  "triplet --mining semi-hard",
  "soft-margin",
  "infonce",
  "siglip",
  "supcon",
  "contrastive",
  "multi-similarity",
];

describe("simcli loss --kind", () => {
  const place = workplace();
  before(() => {
    place.write("labels.txt", "p\nq\np\nq\n");
    place.write("named.csv", "id,kind,x,y\nann,p,1,2\nbob,q,2,1\ncid,p,3,1\ndee,q,1,-1\n");
  });

  const json = (line: string) => JSON.parse(place.bash(`simcli loss ${line} --json`).stdout);

  it("computes hard-negative losses by default, with the same bytes", () => {
    for (const format of ["csv", "json", "table", "markdown"]) {
      const plain = place.bash(`simcli loss a.csv b.csv -f ${format}`).stdout;
      expect(place.bash(`simcli loss a.csv b.csv -f ${format} --kind hard-negative`).stdout).to.equal(plain);
    }
  });

  it("computes the losses of two files from their piped matrix, bit for bit", () => {
    const variants = ["", "--labels labels.txt --anchors both", "--anchors columns --reduction sum"];
    for (const [k, kind] of KINDS.entries()) {
      const options = `--kind ${kind} ${variants[k % variants.length]}`;
      const direct = place.bash(`simcli loss a.csv b.csv ${options}`);
      expect(direct.code).to.equal(0);
      expect(direct.stdout.split("\n")).to.have.length(4 + 2);
      expect(place.bash(`simcli cosine a.csv b.csv | simcli loss ${options}`).stdout).to.equal(direct.stdout);
    }
  });

  it("prints one line per anchor with the columns of its kind", () => {
    const header = (kind: string) => place.bash(`simcli loss a.csv b.csv --kind ${kind} | head -1`).stdout.trimEnd();
    const hardest = "anchor,positive,positive_index,negative,negative_index";
    expect(header("infonce")).to.equal(`${hardest},loss`);
    expect(header("triplet --mining batch-all")).to.equal(`${hardest},terms,active,loss`);
    expect(header("contrastive")).to.equal(`${hardest},terms,active,positive_loss,negative_loss,loss`);
    expect(header("multi-similarity")).to.equal(`${hardest},positive_loss,negative_loss,loss`);
    expect(header("triplet --margin 0.1,0.2")).to.equal(`margin,${hardest},loss`);
  });

  it("prints an object with the kind and its settings", () => {
    const object = json("a.csv b.csv --kind infonce --temperature 0.5 --precision 1");
    expect(object).to.deep.include({ kind: "infonce", temperature: 0.5, reduction: "mean", anchors: "rows" });
    expect(object).to.deep.include({ batchSize: 4, terms: 4, active: 4, excludeSelf: false });
    expect(object.perAnchor[0]).to.deep.equal({
      anchor: 0,
      positive: 0.6,
      positiveIndex: 0,
      negative: 0.2,
      negativeIndex: 1,
      loss: 0.6,
    });
    const margins = json("a.csv b.csv --kind triplet --margin 0.1,0.5");
    expect(margins.map(({ margin }: { margin: number }) => margin)).to.deep.equal([0.1, 0.5]);
  });

  it("excludes the diagonal with labels if both files are the same, or on request", () => {
    for (const kind of ["triplet", "contrastive"]) {
      const same = json(`named.csv ./named.csv --labels kind --kind ${kind}`);
      expect(same.excludeSelf).to.be.true;
      const matrix = "simcli cosine named.csv --columns x,y | simcli loss --labels labels.txt --json";
      expect(JSON.parse(place.bash(`${matrix} --kind ${kind} --exclude-self`).stdout).loss).to.equal(same.loss);
      expect(JSON.parse(place.bash(`${matrix} --kind ${kind}`).stdout).excludeSelf).to.be.false;
    }
    expect(json("named.csv named.csv --columns x,y --kind contrastive").excludeSelf).to.be.false;
    expect(json("named.csv named.csv --labels kind --kind infonce").excludeSelf).to.be.false;
  });

  it("prints only the reduced loss on request", () => {
    const lines = place
      .bash("simcli loss a.csv b.csv --kind triplet --margin 0,0.9 --total")
      .stdout.trimEnd()
      .split("\n");
    const objects = json("a.csv b.csv --kind triplet --margin 0,0.9");
    expect(lines.map(Number)).to.deep.equal(objects.map(({ loss }: { loss: number }) => loss));
  });

  it("prints a table with the hardest pairs marked, the anchors, the total and the settings", () => {
    const table = (line: string) => place.bash(`simcli loss ${line} -f table`).stdout.split("\n");
    const infonce = table("a.csv b.csv --kind infonce");
    expect(infonce[0]).to.equal("infonce losses");
    expect(infonce).to.include("1   0.9117*  [0.9918]  -0.9188   -0.4111 ");
    expect(infonce).to.include("[ ] hardest positive   * hardest negative");
    expect(infonce).to.include("1         0.9918   1    0.9117   0  0.2766");
    expect(infonce).to.include("total       0.0718");
    expect(infonce).to.include("temperature: 0.07   anchors: rows");
    expect(infonce).to.include("terms: 4   above 0: 4   anchors without a positive: 0   without a negative: 0");

    const contrastive = table("named.csv named.csv --labels kind --kind contrastive --anchors columns");
    expect(contrastive).to.include("positive margin: 1   negative margin: 0   anchors: columns");
    expect(contrastive).to.include("the diagonal is not a pair");
    expect(contrastive.some((line) => /^ann .* bob .*/.test(line))).to.be.true;
    expect(contrastive.some((line) => /positives +negatives +loss \(nonzero\)/.test(line))).to.be.true;

    const margins = table("a.csv b.csv --kind triplet --mining batch-all --margin 0.1,0.9 --anchors both");
    expect(margins.some((line) => /loss at 0.1 +loss at 0.9$/.test(line))).to.be.true;
    expect(margins).to.include("mining: batch-all   anchors: both");
    expect(margins.slice(-3).join("   ")).to.match(
      /^terms: 24 {3}above 0: \d+, \d+ {3}anchors [^:]*: 0 {3}without a negative: 0 {3}$/,
    );
    const none = place.bash(
      "simcli cosine a.csv b.csv | simcli loss --kind soft-margin --reduction none -f table",
    ).stdout;
    expect(none).to.contain("soft-margin losses of a 4×4 matrix").and.not.to.contain("total");
  });

  it("writes the gradient to a file beside the losses", async () => {
    const similarity = await cosineTiles(fixtureVectors("notebook/v2.csv"), fixtureVectors("notebook/v1.csv"));
    const { gradient } = await similarityLoss(similarity, { kind: "infonce" });
    const expected = (await hold(gradient())).values;
    const line = "simcli loss a.csv b.csv --kind infonce";
    const { stdout } = place.bash(`${line} --gradient g.csv`);
    expect(stdout).to.equal(place.bash(line).stdout);
    expect(cells(readFileSync(place.path("g.csv"), "utf8")).flat()).to.deep.equal(Array.from(expected));
    for (const input of ["| simcli loss", "> s.csv && simcli loss s.csv"]) {
      place.bash(`simcli cosine a.csv b.csv ${input} --kind infonce --gradient piped.csv`);
      expect(readFileSync(place.path("piped.csv"), "utf8")).to.equal(readFileSync(place.path("g.csv"), "utf8"));
    }
  });

  it("writes the gradient of every kind, in the format of the file", () => {
    for (const kind of ["hard-negative", ...KINDS]) {
      const { code } = place.bash(
        `simcli loss a.csv b.csv --anchors both --kind ${kind} --gradient g.json --precision 3`,
      );
      expect(code).to.equal(0);
      const object = JSON.parse(readFileSync(place.path("g.json"), "utf8"));
      expect(object).to.deep.include({ gradient: kind.split(" ")[0], anchors: "both", shape: [4, 4], rows: null });
      // A loss of differences of similarities does not change if all increase by the same amount.
      const balanced = !["contrastive", "multi-similarity", "siglip"].includes(kind);
      const sum = object.values.flat().reduce((total: number, x: number) => total + x, 0);
      if (balanced) expect(sum, kind).to.be.closeTo(0, 0.02);
      else expect(object.values[0][0]).to.be.below(0);
    }
    place.bash("simcli loss named.csv named.csv --kind soft-margin --columns x,y --header yes --gradient g.csv");
    expect(readFileSync(place.path("g.csv"), "utf8")).to.match(/^id,ann,bob,cid,dee\nann,-/);
  });

  it("writes the gradients of the vectors in the shapes of the files, with their ids", async () => {
    const [a, b] = [fixtureVectors("notebook/v2.csv"), fixtureVectors("notebook/v1.csv")];
    const { gradient } = await similarityLoss(await cosineTiles(a, b), { kind: "siglip" });
    const expected = await cosineGradients(gradient(), a, b);
    const { code, stdout } = place.bash(
      "simcli loss a.csv b.csv --kind siglip --total --gradient-a ga.csv --gradient-b gb.json",
    );
    expect([code, stdout]).to.deep.equal([0, place.bash("simcli loss a.csv b.csv --kind siglip --total").stdout]);
    expect(cells(readFileSync(place.path("ga.csv"), "utf8")).flat()).to.deep.equal(Array.from(expected.a!.values));
    const object = JSON.parse(readFileSync(place.path("gb.json"), "utf8"));
    expect(object).to.deep.include({ gradient: "siglip", shape: [4, 3], ids: null });
    expect(object.values.flat()).to.deep.equal(Array.from(expected.b!.values));
    place.bash("simcli loss named.csv --labels kind --kind supcon --header yes --gradient-a ga.csv");
    expect(readFileSync(place.path("ga.csv"), "utf8")).to.match(/^id,x,y\nann,/);
  });

  it("writes the same gradients of vectors on one thread and in little memory", () => {
    place.bash("simcli noise a.csv --seed 1 -f npy -o n.npy");
    const options = "--kind infonce --gradient-a";
    place.bash(`simcli loss a.csv n.npy ${options} g1.npy`);
    place.bash(`simcli loss a.csv n.npy ${options} g2.npy --max-memory 150MB --threads 1`);
    expect(place.bash("cmp g1.npy g2.npy").code).to.equal(0);
  });

  it("computes the loss of pairs with gold scores from a file or a column, or from piped similarities", () => {
    place.write("gold.txt", "5\n0.5\n3\n3\n");
    place.write("scored.csv", "id,gold,x,y,z\nann,5,1,2,3\nbob,0.5,9,8,7\ncid,3,-1,-4,-2\ndee,3,1,-7,2\n");
    const options = "--kind cosent --scores gold.txt";
    place.bash("simcli convert scored.csv --columns x,y,z -o plain.npy");
    const { code, stdout } = place.bash(`simcli loss plain.npy b.csv ${options} --gradient-a ga.csv --gradient g.csv`);
    expect(code).to.equal(0);
    expect(stdout.split("\n")[0]).to.equal("anchor,similarity,score,loss");
    expect(place.bash(`simcli cosine plain.npy b.csv --paired | simcli loss ${options}`).stdout).to.equal(stdout);
    place.bash("simcli convert gold.txt -o gold.npy");
    expect(place.bash(`simcli loss plain.npy b.csv --kind cosent --scores gold.npy`).stdout).to.equal(stdout);
    const object = json("scored.csv b.csv --kind cosent --scores gold");
    expect(object).to.deep.include({ kind: "cosent", scale: 20, batchSize: 4, terms: 5 });
    expect(json("b.csv scored.csv --kind cosent --scores gold").loss).to.equal(object.loss);
    const sum = object.perAnchor.reduce((total: number, { loss }: { loss: number }) => total + loss, 0);
    expect(sum).to.be.closeTo(object.loss, 1e-12);
    expect(cells(readFileSync(place.path("ga.csv"), "utf8"))).to.have.length(4);
    const slopes = cells(readFileSync(place.path("g.csv"), "utf8")).flat();
    expect(slopes).to.have.length(4);
    expect(slopes.reduce((total, slope) => total + slope, 0)).to.be.closeTo(0, 1e-12);
  });

  it("reports what is wrong with pairs and their gold scores", () => {
    const fails = (line: string) => place.bash(`simcli loss ${line} --kind cosent`).stderr.split("\n")[0];
    place.write("three.txt", "1\n2\n3\n");
    place.write("words.txt", "1\n2\nhigh\n3\n");
    expect(fails("a.csv b.csv --scores three.txt")).to.equal(
      "simcli: three.txt: expected one number for each of the 4 rows of a.csv, found 3×1 numbers",
    );
    expect(fails("a.csv b.csv --scores words.txt")).to.equal(
      'simcli: words.txt:3:1: expected a number, as "1" on line 1, found "high"',
    );
    expect(place.bash("simcli loss a.csv b.csv --kind cosent --scores gold").stderr).to.contain(
      'a.csv: expected a column named "gold", found',
    );
    expect(fails("a.csv b.csv --scores gold.txt --anchors both")).to.contain("found anchors both");
    expect(fails("a.csv b.csv --scores gold.txt --reduction mean")).to.contain("found reduction mean");
    place.write("differs.csv", "id,gold,x,y,z\nann,5,1,2,3\nbob,1,9,8,7\ncid,3,-1,-4,-2\ndee,3,1,-7,2\n");
    expect(fails("scored.csv differs.csv --scores gold")).to.contain(
      "differs.csv:3: expected the gold 0.5 of scored.csv:3, found 1",
    );
    expect(fails("a.csv --scores gold.txt")).to.contain("expected one similarity for each pair, found a 4×3 matrix");
  });

  it("rejects gradients of vectors for a matrix, and of a second file that is not there", () => {
    const piped = place.bash("simcli cosine a.csv b.csv | simcli loss --gradient-a g.csv");
    expect([piped.code, piped.stderr]).to.deep.equal([
      2,
      "simcli: --gradient-a: expected files of vectors, found a matrix\nhint: --gradient writes the gradient with respect to a matrix\n",
    ]);
    const one = place.bash("simcli loss named.csv --labels kind --kind supcon --gradient-b g.csv");
    expect(one.stderr).to.contain("--gradient-b: expected two files of vectors, found one file\nhint: --gradient-a");
    expect(existsSync(place.path("g.csv.tmp"))).to.be.false;
  });

  it("reports the time of the gradient with --verbose", () => {
    const { stderr } = place.bash("simcli loss a.csv b.csv --kind infonce --gradient g.csv --verbose --threads 1");
    expect(stderr).to.contain("gradient of 4×4 cells");
  });

  it("creates no gradient file if there are no losses, and keeps an existing one", () => {
    place.write("old.csv", "old\n");
    place.write("zero.csv", "1,2,3\n0,0,0\n1,2,3\n1,2,4\n");
    for (const name of ["old.csv", "new.csv"]) {
      const { code, stderr } = place.bash(`simcli loss a.csv zero.csv --kind infonce --gradient ${name}`);
      expect(code).to.equal(1);
      expect(stderr).to.contain("zero.csv:2");
    }
    expect(readFileSync(place.path("old.csv"), "utf8")).to.equal("old\n");
    expect(existsSync(place.path("new.csv"))).to.be.false;
    expect(readdirSync(place.folder).filter((name) => name.endsWith(".tmp"))).to.deep.equal([]);
  });

  it("agrees with the reference on digits with themselves", () => {
    const digits = fixturePath("digits/a.csv");
    const { cases } = JSON.parse(fixtureText("loss-kinds/digits-self.json"));
    const expected = cases.find(
      ({ settings, anchors }: { settings: { mining?: string }; anchors: string }) =>
        settings.mining === "batch-all" && anchors === "rows",
    );
    const found = json(`'${digits}' '${digits}' --labels label --kind triplet --mining batch-all`);
    expect(found.loss).to.be.closeTo(expected.nonzero, 1e-11);
    expect([found.terms, found.active]).to.deep.equal([expected.terms, expected.active]);
  });
});

describe("simcli loss with incompatible options", () => {
  const place = workplace();
  const BAD: readonly (readonly [string, string])[] = [
    ["--kind infonc", 'found "infonc"\nhint: did you mean infonce?\n'],
    ["--kind clip", 'found "clip"\nhint: the loss of CLIP is --kind infonce --anchors both\n'],
    ["--kind infonce --scale 1", "--scale: expected --kind siglip or cosent, found --kind infonce\n"],
    ["--kind infonce --scores labels.txt", "--scores: expected --kind cosent, found --kind infonce\n"],
    ["--kind cosent", "--kind cosent: expected the gold scores of the pairs, found no --scores\n"],
    ["--kind cosent --labels a.csv", "--labels: expected --scores with --kind cosent, which has no classes\n"],
    ["--kind supcon --bias 1", "--bias: expected --kind siglip, found --kind supcon\n"],
    ["--temperature 1", "--temperature: expected --kind infonce or supcon, found --kind hard-negative\n"],
    ["--kind infonce --margin 1", "--margin: expected --kind hard-negative or triplet, found --kind infonce\n"],
    ["--kind triplet --tie-tolerance 0", "--tie-tolerance: expected --kind hard-negative, found --kind triplet\n"],
    ["--kind triplet --negatives hard", "--negatives: expected --kind hard-negative, found --kind triplet\n"],
    ["--kind contrastive --fallback skip", "--fallback: expected --kind hard-negative, found --kind contrastive\n"],
    ["--kind soft-margin --mining batch-all", "--mining: expected --kind triplet, found --kind soft-margin\n"],
    ["--kind triplet --positive-margin 1", "--positive-margin: expected --kind contrastive, found --kind triplet\n"],
    ["--kind triplet --negative-margin 1", "--negative-margin: expected --kind contrastive, found --kind triplet\n"],
    ["--kind contrastive --beta 1", "--beta: expected --kind multi-similarity, found --kind contrastive\n"],
    ["--kind contrastive --alpha 1", "--alpha: expected --kind multi-similarity, found --kind contrastive\n"],
    ["--kind contrastive --base 1", "--base: expected --kind multi-similarity, found --kind contrastive\n"],
    ["--kind infonce --exclude-self", "--exclude-self: expected --kind triplet or soft-margin or"],
    ["--kind triplet --exclude-self", "--exclude-self: expected --labels with it"],
    ["--kind infonce --temperature 0", '--temperature: expected a number above 0, found "0"\n'],
    ["--gradient g.csv --reduction none", "--gradient: expected a reduction to one number, found --reduction none\n"],
    ["--gradient g.csv --margin 1,2", "--gradient: expected one margin, found --margin 1,2\n"],
    ["--gradient -", '--gradient: expected a file such as gradient.csv, found "-"\n'],
    ["--gradient g.txt", '--gradient: expected a file such as gradient.csv, found "g.txt"\n'],
    ["--gradient g.csv.gz", "--gradient: expected an uncompressed file, found .gz\n"],
    ["--gradient g.csv -o ./g.csv", "--gradient: expected a file other than --output ./g.csv\n"],
    ["--gradient-a g.csv --gradient-b ./g.csv", "--gradient-b: expected a file other than --gradient-a g.csv\n"],
    ["--gradient-a g.txt", '--gradient-a: expected a file such as gradient.csv, found "g.txt"\n'],
    [
      "--gradient-b g.csv --reduction none",
      "--gradient-b: expected a reduction to one number, found --reduction none\n",
    ],
    ["--gradient-a g.csv --margin 1,2", "--gradient-a: expected one margin, found --margin 1,2\n"],
  ];
  for (const [options, message] of BAD) {
    it(`reports them: ${options}`, () => {
      const { code, stdout, stderr } = place.bash(`simcli loss a.csv b.csv ${options}`);
      expect([code, stdout]).to.deep.equal([2, ""]);
      expect(stderr).to.contain(message);
      expect(readdirSync(place.folder).sort()).to.deep.equal(["a.csv", "b.csv"]);
    });
  }
});
