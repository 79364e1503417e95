import { expect } from "chai";
import { workplace } from "./run.js";

/** Command lines as people type them by habit, and what is proposed; a.csv and b.csv are there. */
const HABITS: readonly (readonly [typed: string, proposed: string])[] = [
  ["topk a.csv b.csv --k 3", "simcli topk a.csv b.csv -k 3"],
  ["topk a.csv b.csv --top 3", "simcli topk a.csv b.csv -k 3"],
  ["topk a.csv b.csv --top-k=3", "simcli topk a.csv b.csv -k 3"],
  ["topk -n 3 a.csv b.csv", "simcli topk -k 3 a.csv b.csv"],
  ["topk a.csv b.csv -m dot", "simcli topk a.csv b.csv --metric dot"],
  ["topk a.csv b.csv --threshold 0.5 --json", "simcli topk a.csv b.csv --min-score 0.5 --json"],
  ["pairs a.csv --threshold 0.1", "simcli pairs a.csv --min-score 0.1"],
  ["cosine a.csv b.csv --metric euclidean", "simcli euclidean a.csv b.csv"],
  ["cosine --metric dot a.csv", "simcli dot a.csv"],
  ["cos a.csv b.csv", "simcli cosine a.csv b.csv"],
  ["similarity a.csv b.csv", "simcli cosine a.csv b.csv"],
  ["knn a.csv b.csv -k 2", "simcli topk a.csv b.csv -k 2"],
  ["search a.csv b.csv", "simcli topk a.csv b.csv"],
  ["l2 a.csv", "simcli euclidean a.csv"],
  ["ip a.csv", "simcli dot a.csv"],
  ["info a.csv", "simcli describe a.csv"],
  ["head a.csv", "simcli describe a.csv"],
  ["dedup a.csv", "simcli dedupe a.csv"],
  ["duplicates a.csv", "simcli pairs a.csv"],
  ["infonce a.csv b.csv", "simcli loss a.csv b.csv --kind infonce"],
  ["a.csv b.csv", "simcli cosine a.csv b.csv"],
  ["cosine a.csv --sep ','", "simcli cosine a.csv --delimiter ,"],
  ["cosine a.csv --out out.csv", "simcli cosine a.csv --output out.csv"],
  ["cosine a.csv --output-format json", "simcli cosine a.csv --format json"],
  ["cosine a.csv --no-header", "simcli cosine a.csv --header no"],
  ["cosine a.csv --index-col 0", "simcli cosine a.csv --id-column 1"],
  ["cosine a.csv --usecols 1,2", "simcli cosine a.csv --columns 1,2"],
  ["cosine a.csv --labels-column 1", "simcli cosine a.csv --labels 1"],
  ["cosine a.csv -j 1", "simcli cosine a.csv --threads 1"],
  ["cosine a.csv --digits 2", "simcli cosine a.csv --precision 2"],
  ["cosine a.csv --fillna 0", "simcli cosine a.csv --missing zero"],
  ["cosine a.csv --dropna", "simcli cosine a.csv --missing skip-row"],
  ["cosine a.csv --fp32", "simcli cosine a.csv --dtype f32"],
  ["cosine a.csv --csv", "simcli cosine a.csv --format csv"],
  ["cosine a.csv --no-color -f table", "simcli cosine a.csv --color never -f table"],
  ["loss a.csv b.csv --kind infonce --tau 0.1", "simcli loss a.csv b.csv --kind infonce --temperature 0.1"],
  ["mine a.csv b.csv -k 2", "simcli mine a.csv b.csv --negatives 2"],
  ["noise a.csv --random-state 1", "simcli noise a.csv --seed 1"],
];

describe("what people type by habit", () => {
  const place = workplace();

  for (const [typed, proposed] of HABITS) {
    it(`is answered with a command line that works: simcli ${typed}`, () => {
      const { code, stdout, stderr } = place.bash(`simcli ${typed}`);
      expect([code, stdout]).to.deep.equal([2, ""]);
      expect(stderr.split("\n")[1]).to.equal(`hint: ${proposed}`);
      const pasted = place.bash(proposed);
      expect(pasted.code, pasted.stderr).to.equal(0);
    });
  }

  it("includes ways to ask for the version", () => {
    const { stdout } = place.bash("simcli --version");
    for (const typed of ["version", "-v", "-V"]) {
      expect(place.bash(`simcli ${typed}`)).to.include({ code: 0, stdout, stderr: "" });
    }
  });

  it("is never answered with an option of another meaning", () => {
    expect(place.bash("simcli cosine a.csv --top 3").stderr).to.equal(
      "simcli: unknown option '--top'\nhint: simcli cosine --help\n",
    );
    expect(place.bash("simcli cosine a.csv --chek").stderr).to.contain("hint: did you mean --check?\n");
    expect(place.bash("simcli cosine a.csv --fillna 7").stderr).to.contain("hint: simcli cosine --help\n");
  });
});
