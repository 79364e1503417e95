import { gzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { cells, workplace } from "./run.js";

describe("simcli in a pipeline", () => {
  const place = workplace();

  it("prints headerless CSV, complete, without colours, and nothing on stderr", async () => {
    const { code, stdout, stderr } = await place.run("cosine", "a.csv", "b.csv");
    expect(code).to.equal(0);
    expect(stderr).to.equal("");
    expect(stdout).to.match(/^(-?[\d.e-]+,){3}-?[\d.e-]+\n/);
    expect(cells(stdout).map((row) => row.length)).to.deep.equal([4, 4, 4, 4]);
  });

  it("computes the losses of two files from their piped matrix, bit for bit", async () => {
    const component = fc.double({ min: -1e3, max: 1e3, noNaN: true }).filter((x) => Math.abs(x) > 1e-3);
    const batch = fc
      .integer({ min: 2, max: 6 })
      .chain((rows) =>
        fc.tuple(
          ...[0, 1].map(() =>
            fc.array(fc.tuple(component, component, component), { minLength: rows, maxLength: rows }),
          ),
        ),
      );
    const option = fc.constantFrom(
      "",
      "--anchors columns",
      "--anchors both",
      "--negatives hard",
      "--fallback subtract",
      "--reduction mean",
    );
    await fc.assert(
      fc.asyncProperty(batch, option, async (sets, chosen) => {
        sets.forEach((rows, i) => {
          place.write(`${"xy"[i]}.csv`, rows.map((row) => row.join(",")).join("\n"));
        });
        const direct = place.bash(`simcli loss x.csv y.csv ${chosen}`);
        const piped = place.bash(`simcli cosine x.csv y.csv | simcli loss ${chosen}`);
        expect(direct.code).to.equal(0);
        expect(direct.stdout).to.have.length.above(80);
        expect(piped.stdout).to.equal(direct.stdout);
      }),
      { numRuns: 12 },
    );
  });

  it("reads stdin in place of a file", () => {
    const { code, stdout } = place.bash("simcli noise a.csv --seed 1 --sd 0.001 | simcli cosine a.csv - --paired");
    expect(code).to.equal(0);
    for (const [similarity] of cells(stdout)) expect(similarity).to.be.above(0.999).and.below(1);
  });

  it("reads process substitutions, and gzip whatever its name", () => {
    const whole = place.bash("simcli cosine a.csv b.csv").stdout;
    place.write("packed.csv", gzipSync("1,2,3\n9,8,7\n-1,-4,-2\n1,-7,2\n"));
    expect(place.bash("simcli cosine <(cat a.csv) b.csv").stdout).to.equal(whole);
    expect(place.bash("simcli cosine a.csv packed.csv").stdout).to.equal(whole);
    expect(place.bash("simcli cosine a.csv - < packed.csv").stdout).to.equal(whole);
  });

  it("passes half a million lines on", () => {
    const { code, stdout } = place.bash(
      "seq 1 500000 | simcli noise - --sd 0 --seed 1 | tee whole.csv | wc -l; seq 1 500000 | cmp - whole.csv",
    );
    expect(code).to.equal(0);
    expect(stdout.trim()).to.equal("500000");
  });

  for (const line of [
    "simcli noise long.csv --seed 1",
    "simcli demo",
    "simcli cosine --help",
    "simcli completion bash",
  ]) {
    it(`exits silently if the reader of "${line}" closes the pipe`, () => {
      place.write("long.csv", "1,2,3\n".repeat(50_000));
      const { code, stdout, stderr } = place.bash(`${line} | head -1; echo "\${PIPESTATUS[0]}"`);
      expect(code).to.equal(0);
      expect(stderr).to.equal("");
      expect(stdout).to.match(/^.+\n0\n$/);
    });
  }

  it("points to the command before if the pipe is empty", () => {
    const { code, stdout, stderr } = place.bash("simcli cosine none.csv | simcli loss");
    expect(code).to.equal(1);
    expect(stdout).to.equal("");
    expect(stderr).to.contain("simcli: no rows on stdin: did the command before it fail?\n");
  });
});
