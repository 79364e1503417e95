import { expect } from "chai";
import { fixtureJson } from "../reference.js";
import { cells, plain, workplace } from "./run.js";

const METRICS = ["dot", "euclidean", "sqeuclidean", "manhattan", "chebyshev", "correlation"];

describe("the commands of other metrics", () => {
  const place = workplace();
  const digits = fixtureJson<{ [name: string]: number[][] }>("metrics/digits.json");
  const csv = (rows: readonly (readonly number[])[]) => rows.map((row) => `${row.join(",")}\n`).join("");
  before(() => {
    place.write("x.csv", csv(digits.a!));
    place.write("y.csv", csv(digits.b!));
    place.write("wide.csv", csv(Array.from({ length: 40 }, (_, i) => [i, i * i])));
    place.write("signed.csv", "1,2\n-3,1\n");
    place.write("equal.csv", "1,2\n1,2\n");
    place.write("huge.csv", "1,2\n1e200,0\n");
  });

  for (const metric of METRICS) {
    it(`print the values of SciPy and NumPy, and the name of the metric: ${metric}`, () => {
      for (const options of ["", "--mode loop", "--backend wasm --threads 2"]) {
        const found = cells(place.bash(`simcli ${metric} x.csv y.csv ${options}`).stdout).flat();
        const expected = digits[metric]!.flat();
        expect(found).to.have.length(expected.length);
        found.forEach((value, cell) => {
          expect(value, options).to.be.closeTo(expected[cell]!, 1e-9 * Math.abs(expected[cell]!));
        });
      }
      const paired = JSON.parse(place.bash(`simcli ${metric} x.csv x.csv --paired --json --check`).stdout);
      expect(paired).to.deep.include({ metric, shape: [12], columns: null });
      expect(paired.values).to.have.length(12);
      expect(paired.agreement.agree).to.equal(true);
    });
  }

  it("print their name and the agreement of the modes in a table, without colours for distances", () => {
    const { stdout } = place.bash("simcli euclidean x.csv y.csv -f table --color always");
    const text = plain(stdout);
    expect(text).to.match(/^Euclidean distance\n/);
    expect(text).to.contain("loop and matrix agree: yes");
    const row = (metric: string) =>
      place.bash(`simcli ${metric} x.csv y.csv -f table --color always`).stdout.split("\n")[6];
    expect(row("euclidean").replace(/^\x1b\[2m\S+ *\x1b\[22m/, "")).not.to.contain("\x1b");
    expect(row("correlation").replace(/^\x1b\[2m\S+ *\x1b\[22m/, "")).to.contain("\x1b");
    expect(place.bash("simcli dot x.csv x.csv --paired -f table").stdout).to.match(/^dot product of pairs\n/);
  });

  it("draw heatmaps on the scale of the legend", () => {
    const drawn = (line: string) => place.bash(`simcli ${line} --heatmap --color never`).stdout;
    expect(drawn("chebyshev wide.csv"))
      .to.contain("\n\n0  · - +++## 1521\n")
      .and.to.match(/^39 {2}#{20}/m);
    expect(drawn("dot signed.csv")).to.contain("\n\n-10 -- - · +++ 10\n");
    expect(drawn("correlation x.csv")).to.contain("\n\n-1 -- - · +++ 1\n");
    expect(drawn("manhattan equal.csv")).to.contain("\n\n0  · - +++## 1\n");
    const colored = place.bash("simcli euclidean wide.csv --heatmap", { FORCE_COLOR: "3" }).stdout;
    // Distances have the sequential scale.
    expect(colored).to.contain("48;2;68;1;84m").and.to.contain("48;2;253;231;37m").and.not.to.contain("2;33;102;172m");
  });

  it("reject values beyond the doubles, and name the rows", () => {
    const { code, stderr } = place.bash("simcli sqeuclidean huge.csv -o out.csv");
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /^simcli: huge\.csv:1 and huge\.csv:2: expected a squared Euclidean distance within ±1\.79/,
    );
    expect(stderr).to.contain("\nhint: use euclidean, its square root\n");
    expect(place.bash("ls out.csv 2>/dev/null").stdout).to.equal("");
    expect(place.bash("simcli euclidean huge.csv").stdout).to.equal("0,1e+200\n1e+200,0\n");
  });
});
