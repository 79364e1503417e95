import { expect } from "chai";
import { fixturePath } from "../reference.js";
import { workplace } from "./run.js";

const IRIS = `,sepal length,sepal width,petal length,petal width,species
0,5.1,3.5,1.4,0.2,setosa
1,4.9,3.0,1.4,0.2,setosa
2,7.0,3.2,4.7,1.4,versicolor
3,6.4,3.2,4.5,1.5,versicolor
4,6.3,3.3,6.0,2.5,virginica
5,5.8,2.7,5.1,1.9,virginica
`;

describe("--labels", () => {
  const place = workplace();
  before(() => {
    place.write("iris.csv", IRIS);
    place.write("classes.txt", "setosa\nsetosa\nversicolor\nversicolor\nvirginica\nvirginica\n");
    place.write("plain.csv", "x,y,class\n1,0,p\n0,1,q\n1,1,p\n");
  });

  it("compares one file with itself in loss, as two paths of the same file do (which fixtures/loss-kinds verifies)", () => {
    const digits = fixturePath("digits/a.csv");
    for (const kind of ["triplet --mining batch-all", "contrastive", "multi-similarity", "soft-margin"]) {
      const one = place.bash(`simcli loss ${digits} --labels label --kind ${kind} --total`);
      const two = place.bash(`simcli loss ${digits} ${digits} --labels label --kind ${kind} --total`);
      expect([one.code, one.stdout]).to.deep.equal([0, two.stdout]);
      expect(one.stdout).to.match(/^\d/);
    }
  });

  it("works in loss on a table as pandas writes it, with a column or a file", () => {
    const column = place.bash("simcli loss iris.csv --labels species --kind triplet --json");
    expect(column.code, column.stderr).to.equal(0);
    expect(column.stderr).to.equal("");
    const file = place.bash("simcli loss iris.csv --labels classes.txt --kind triplet --json");
    expect(file.stdout).to.equal(column.stdout);
    expect(file.stderr).to.contain('left out the text column "species"');
    const piped = place.bash(
      "simcli cosine iris.csv --columns 2-5 | simcli loss --labels classes.txt --kind triplet --exclude-self --json",
    );
    const own = JSON.parse(column.stdout);
    expect(JSON.parse(piped.stdout).loss).to.be.closeTo(own.loss, 1e-12);
  });

  it("says that the positive is the row itself for kinds with one positive", () => {
    const { code, stderr } = place.bash("simcli loss iris.csv --labels species");
    expect(code).to.equal(0);
    expect(stderr).to.equal(
      "simcli: the positive of each row of iris.csv is the row itself with --kind hard-negative; " +
        "--kind triplet takes the rows of its class\n",
    );
  });

  it("asks for pairs or labels when one file of vectors has none", () => {
    const { code, stderr } = place.bash("simcli loss iris.csv");
    expect(code).to.equal(1);
    expect(stderr).to.contain(
      "simcli: iris.csv: expected a square similarity matrix, or labels of the rows, found 6×4 numbers\n" +
        "hint: vectors need their pairs: simcli loss iris.csv b.csv, or --labels with a column of classes\n",
    );
  });

  it("names rows without ids in matrices, and is not a component", () => {
    expect(place.bash("simcli cosine plain.csv --labels class --header yes").stdout).to.match(
      /^id,p,q,p\np,1,0,0\.7071/,
    );
    expect(JSON.parse(place.bash("simcli dot plain.csv --labels class --json").stdout)).to.deep.include({
      rows: ["p", "q", "p"],
      values: [
        [1, 0, 1],
        [0, 1, 1],
        [1, 1, 2],
      ],
    });
    expect(JSON.parse(place.bash("simcli dot iris.csv --labels species --json").stdout).rows).to.deep.equal([
      "0",
      "1",
      "2",
      "3",
      "4",
      "5",
    ]);
  });

  it("adds columns to topk and pairs", () => {
    expect(place.bash("simcli topk iris.csv --labels species -k 1").stdout.split("\n").slice(0, 3)).to.deep.equal([
      "query,rank,id,score,query_label,label",
      place.bash("simcli topk iris.csv --labels species -k 1").stdout.split("\n")[1],
      place.bash("simcli topk iris.csv iris.csv --exclude-self --labels classes.txt -k 1").stdout.split("\n")[2],
    ]);
    const rows = place.bash("simcli topk iris.csv --labels species -k 1 | tail -n +2 | cut -d, -f1,5,6").stdout;
    expect(rows).to.equal(
      "0,setosa,setosa\n1,setosa,setosa\n2,versicolor,versicolor\n3,versicolor,versicolor\n4,virginica,virginica\n5,virginica,virginica\n",
    );
    expect(place.bash("simcli pairs plain.csv --labels class --min-score 0.5").stdout).to.match(
      /^a,b,score,a_label,b_label\n0,2,0\.7071\d*,p,p\n1,2,0\.7071\d*,q,p\n$/,
    );
    expect(place.bash("simcli pairs plain.csv --labels class --min-score 0.5 --groups").stdout).to.equal(
      "group,size,id,label\n1,3,0,p\n1,3,1,q\n1,3,2,p\n",
    );
  });

  it("must be a column of both files, or one label for each row", () => {
    place.write("other.csv", "x,y\n1,0\n0,1\n");
    for (const command of ["cosine", "topk", "loss"]) {
      const { code, stderr } = place.bash(`simcli ${command} plain.csv other.csv --labels class`);
      expect([code, stderr.split("\n")[0]]).to.deep.equal([
        2,
        'simcli: other.csv: expected a column named "class", found x, y',
      ]);
      const short = place.bash(`simcli ${command} plain.csv plain.csv --labels classes.txt`);
      expect([short.code, short.stderr.replace(/^.*left out.*\n/, "")]).to.deep.equal([
        1,
        "simcli: classes.txt: expected one label for each of the 3 rows of plain.csv, found 6 labels\nhint: one label per line, in the order of the rows, without a header\n",
      ]);
    }
  });
});
