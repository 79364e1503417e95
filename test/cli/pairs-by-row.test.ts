import { expect } from "chai";
import { workplace } from "./run.js";

describe("files whose rows are pairs", () => {
  const place = workplace();
  before(() => {
    place.write("p.csv", "x,y\n1,2\n,4\n5,6\n7,8\n");
    place.write("q.csv", "x,y\n1,2\n3,4\n,6\n7,8\n");
  });

  for (const line of ["cosine p.csv q.csv --paired", "loss p.csv q.csv", "eval p.csv q.csv", "mine p.csv q.csv"]) {
    it(`do not leave out rows of one file: ${line}`, () => {
      const { code, stdout, stderr } = place.bash(`simcli ${line} --missing skip-row`);
      expect([code, stdout]).to.deep.equal([2, ""]);
      expect(stderr).to.contain("--missing: expected zero or mean where row i of both files is a pair, found skip-row");
      expect(place.bash(`simcli ${line} --missing mean`).code).to.equal(0);
      const refused = place.bash(`simcli ${line}`).stderr;
      expect(refused).to.match(
        /^simcli: p\.csv:3:1: .*\nhint: zero and mean replace missing values: simcli .* --missing mean\n$/,
      );
    });
  }

  it("can leave out rows where no row is paired", () => {
    expect(place.bash("simcli cosine p.csv q.csv --missing skip-row -q").stdout.split("\n")).to.have.length(4);
  });
});
