import { expect } from "chai";
import { shellWord } from "#dist/core/shell-word.js";
import { workplace } from "./run.js";

/** Shell commands that write a file of rows (1, 2) and (3, 4), and the program without which the test is skipped. */
const FILES: readonly (readonly [name: string, program: readonly [string, ...string[]], write: string])[] = [
  ["a.csv.bz2", ["bzip2", "--version"], "printf '1,2\\n3,4\\n' | bzip2 > a.csv.bz2"],
  ["a.csv.xz", ["xz", "--version"], "printf '1,2\\n3,4\\n' | xz > a.csv.xz"],
  ["a.tgz", ["tar", "--version"], "printf '1,2\\n3,4\\n' > x.csv; tar -czf a.tgz x.csv"],
  ["a b.zip", ["zip", "--version"], "printf '1,2\\n3,4\\n' > x.csv; zip -q 'a b.zip' x.csv"],
  [
    "a.db",
    ["sqlite3", "--version"],
    'sqlite3 a.db \'create table "a t"(x real, y); insert into "a t" values (1, 2), (3, 4)\'',
  ],
  [
    "a.arff",
    ["awk", "BEGIN { exit 0 }"],
    "printf '%% c\\n@RELATION r\\n@ATTRIBUTE \"a b\" REAL\\n@attribute y numeric\\n\\n@DATA\\n1,2\\n%% c\\n3,4\\n' > a.arff",
  ],
  ["a.txt", ["python3", "--version"], "printf \"{'u': [1, 2], 'v': [3, 4]}\" > a.txt"],
  [
    "a.mtx",
    ["python3", "-c", "import scipy.io"],
    "printf '%%%%MatrixMarket matrix array integer general\\n2 2\\n1\\n3\\n2\\n4\\n' > a.mtx",
  ],
  [
    "c.npy",
    ["python3", "-c", "import numpy"],
    "python3 -c 'import numpy as np; np.save(\"c.npy\", np.array([[1+2j], [3+4j]]))'",
  ],
  [
    "d.npy",
    ["python3", "-c", "import numpy"],
    "python3 -c 'import numpy as np; np.save(\"d.npy\", np.array([[[1, 2]], [[3, 4]]]))'",
  ],
  [
    "r.npy",
    ["python3", "-c", "import numpy"],
    'python3 -c \'import numpy as np; np.save("r.npy", np.array([("u", 1, 2), ("v", 3, 4)], [("n", "U1"), ("x", "i4"), ("y", "f8")]))\'',
  ],
  [
    "o.npz",
    ["python3", "-c", "import numpy"],
    'python3 -c \'import numpy as np; np.savez("o.npz", ids=np.array(["u", "v"], object), vectors=[[1, 2], [3, 4]])\'',
  ],
  [
    "f.npz",
    ["python3", "-c", "import numpy"],
    "python3 -c 'import numpy as np; np.savez(\"f.npz\", ids=np.array([[1.5], [2.5]]), vectors=[[1, 2], [3, 4]])'",
  ],
  [
    "m.xlsx",
    ["python3", "-c", "import pandas, openpyxl"],
    "python3 -c 'import pandas; pandas.DataFrame([[1, 2], [3, 4]]).to_excel(\"m.xlsx\", index=False, header=False)'",
  ],
  ["m.html", ["python3", "-c", "import lxml.html"], "printf '<table><tr><td>1<td>2<tr><td>3<td>4</table>' > m.html"],
  [
    "four.mat",
    ["python3", "-c", "import scipy.io"],
    'python3 -c \'import scipy.io, numpy as np; scipy.io.savemat("four.mat", {"x": np.array([[1, 2], [3, 4.0]])}, format="4")\'',
  ],
  [
    "m.yaml",
    ["python3", "-c", "import yaml"],
    "printf -- '# c\\n- embedding: [1, 2]\\n- embedding: [3, 4]\\n' > m.yaml",
  ],
  [
    "s.npz",
    ["python3", "-c", "import scipy.sparse"],
    "python3 -c 'import scipy.sparse as s; s.save_npz(\"s.npz\", s.csr_matrix([[1, 2], [3, 4]]))'",
  ],
];

describe("the hint for a file of another program", () => {
  const place = workplace();
  const has = (...command: readonly string[]) => place.bash(command.map(shellWord).join(" ")).code === 0;

  for (const [name, program, write] of FILES) {
    it(`is a command that reads it: ${name}`, async function () {
      if (!has(...program)) this.skip();
      expect(place.bash(write)).to.include({ code: 0 });
      // A product with the unit matrix.
      place.write("unit.csv", "1,0\n0,1\n");
      const refused = await place.run("dot", name, "unit.csv", "-q");
      expect([refused.code, refused.stdout]).to.deep.equal([1, ""]);
      const pasted = /^hint: [^:]*: (.*)$/m.exec(refused.stderr)?.[1] ?? "";
      const { code, stdout, stderr } = place.bash(pasted);
      expect(code, `${pasted}\n${stderr}`).to.equal(0);
      expect(stdout).to.equal("1,2\n3,4\n");
    });
  }

  for (const [what, object, ids] of [
    ["an array", "np.array([[1, 2], [3, 4.5]])", ""],
    ["lists", "[[1, 2], [3, 4.5]]", ""],
    ["ids beside an array", "(['a', 'b'], np.array([[1, 2], [3, 4.5]]))", "ab"],
    ["pairs of ids and vectors", "[('a', np.array([1, 2])), ('b', np.array([3, 4.5]))]", "ab"],
    ["a dictionary of vectors", "{'a': [1, 2], 'b': np.array([3, 4.5])}", "ab"],
    ["records", "[{'id': 'a', 'embedding': np.array([1, 2])}, {'id': 'b', 'embedding': [3, 4.5]}]", "ab"],
  ] as const) {
    it(`converts a pickle of ${what}`, function () {
      if (!has("python3", "-c", "import numpy")) this.skip();
      place.write("write.py", `import pickle, numpy as np; pickle.dump(${object}, open("p.pkl", "wb"))`);
      expect(place.bash("rm -f p.npz p.json; python3 write.py").code).to.equal(0);
      const pasted = /: (python3 .*)$/m.exec(place.bash("simcli convert p.pkl").stderr)?.[1] ?? "exit 9";
      const { code, stdout, stderr } = place.bash(`${pasted} && simcli convert p.[nj]*`);
      expect(code, stderr).to.equal(0);
      const [a, b] = ids === "" ? ["", ""] : ["a,", "b,"];
      expect(stdout).to.equal(`${ids === "" ? "" : "id,0,1\n"}${a}1,2\n${b}3,4.5\n`);
    });
  }
});
