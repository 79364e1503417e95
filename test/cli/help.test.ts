import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { cosineSimilarity, cosineTiles, hardNegativeLoss, hold, readVectors, similarityLoss } from "simcli";
import { fixturePath } from "../reference.js";
import { workplace } from "./run.js";

const METRICS = [
  "cosine",
  "dot",
  "euclidean",
  "sqeuclidean",
  "manhattan",
  "chebyshev",
  "correlation",
  "hamming",
  "jaccard",
];
const OTHERS = [
  "loss",
  "topk",
  "pairs",
  "dedupe",
  "mine",
  "eval",
  "compare",
  "overlap",
  "recall",
  "report",
  "describe",
  "convert",
  "noise",
  "demo",
  "completion",
];
const COMMANDS = [...METRICS, ...OTHERS];

describe("the help", () => {
  const place = workplace();
  before(() => {
    place.script(
      "jq",
      `exec "${process.execPath}" -e 'const read = JSON.parse(fs.readFileSync(0)); console.log(read.values ? read.values[0] : read.metrics)'`,
    );
    place.script("fish", "exec cat");
    for (const name of ["c.csv", "d.csv"]) place.write(name, "1,0\n0,1\n1,1\n2,1\n");
    place.write("run.txt", "q1 Q0 d1 1 0.5 tag\n");
    place.write("qrels.txt", "q1 0 d1 1\n");
    place.write(
      "iris.csv",
      "sepal,petal,species\n5.1,1.4,setosa\n4.9,1.5,setosa\n7,4.7,versicolor\n6.4,4.5,versicolor\n",
    );
  });

  for (const command of ["", ...COMMANDS]) {
    it(`has examples that work: ${command || "simcli"}`, () => {
      const { stdout: help } = place.bash(`simcli ${command} --help`);
      const examples = [...help.matchAll(/^ {2}\$ (.+)$/gm)].map((match) => match[1]);
      expect(examples).to.have.length.above(1);
      for (const example of examples) {
        const { code, stderr } = place.bash(example.replace("| source", "| fish"));
        expect(stderr, example).not.to.contain("hint:");
        expect(code, example).to.equal(0);
      }
    });
  }

  it("prints the version, also after a command", () => {
    const version = place.bash("simcli --version");
    expect(version.stdout).to.match(/^\d+\.\d+\.\d+\n$/);
    for (const line of ["-V", "cosine -V", "loss a.csv --version"]) {
      expect(place.bash(`simcli ${line}`), line).to.deep.equal(version);
    }
  });

  it("states the default output format of each command", () => {
    const told = (command: string) =>
      /\(default: (table[^)]*)\)/.exec(place.bash(`simcli help ${command} --all`).stdout.replace(/\s+/g, " "))?.[1];
    expect(told("cosine")).to.equal("table on a terminal, else csv");
    expect(told("demo")).to.equal("table, also in a pipe");
  });

  it("is printed by the command help", () => {
    for (const [line, same] of [
      ["help", "--help"],
      ["help --help", "--help"],
      ["help help", "--help"],
      ["help cosine", "cosine --help"],
      ["help loss --full", "loss --help"],
    ]) {
      expect(place.bash(`simcli ${line}`), line)
        .to.deep.equal(place.bash(`simcli ${same}`))
        .and.to.include({ code: 0, stderr: "" });
    }
    expect(place.bash("simcli help cosine").stdout).to.contain("--zero-vectors");
  });

  it("names the options that many commands have, and explains them with --all", () => {
    const short = place.bash("simcli topk --help").stdout;
    expect(short).to.contain("--min-score <x>  ").and.to.contain("simcli help topk --all");
    expect(short)
      .to.match(/similarity: .*--zero-vectors/)
      .and.not.to.contain("--zero-vectors <policy>");
    const long = place.bash("simcli help topk --all");
    expect(long.stdout).to.contain("--zero-vectors <policy>").and.not.to.contain("More options");
    expect(place.bash("simcli topk --help --all")).to.deep.equal(long);
    const names = (text: string) => new Set(text.match(/--[a-z][a-z-]*/g));
    expect([...names(long.stdout)]).to.have.members([...names(short)].filter((name) => name !== "--all"));
    expect(place.bash("simcli demo --help").stdout).not.to.contain("Input:");
    expect(place.bash("simcli topk a.csv --all").code).to.equal(2);
  });

  it("fits a screen", () => {
    for (const command of ["", ...COMMANDS]) {
      const { stdout } = place.bash(`simcli ${command} --help`);
      expect(stdout.trimEnd().split("\n"), command).to.have.length.of.at.most(60);
    }
  });

  it("is not printed for an unknown command", () => {
    for (const line of ["help cosin", "cosin --help", "cosin a.csv -h"]) {
      expect(place.bash(`simcli ${line}`), line).to.deep.equal({
        code: 2,
        stdout: "",
        stderr: "simcli: unknown command 'cosin'\nhint: did you mean cosine?\n",
      });
    }
    expect(place.bash("simcli help xyzzy").stderr).to.equal(
      "simcli: unknown command 'xyzzy'\nhint: simcli --help lists the commands\n",
    );
  });

  it("reports a bug as such, with its stack only on request", () => {
    const broken = `node --input-type=module -e "import { main } from '${new URL("../../../dist/cli/main.js", import.meta.url)}'`;
    const line = (extra: string) =>
      `${broken}; const stdout = Object.create(process.stdout, { write: { value() { throw new TypeError('boom'); } } }); process.exitCode = await main(['demo' ${extra}], { stdin: process.stdin, stdout, stderr: process.stderr, env: {} })"`;
    const quiet = place.bash(line(""));
    expect(quiet.code).to.equal(1);
    expect(quiet.stderr).to.equal(
      "simcli: internal error: TypeError: boom\nhint: this is a bug in simcli; please report it, with the output of --verbose: https://github.com/simcli/simcli/issues\n",
    );
    expect(place.bash(line(", '--verbose'")).stderr).to.match(/^ +at /m);
  });
});

describe("completion", () => {
  const place = workplace();
  const complete = (words: readonly string[]) => {
    const quoted = words.map((word) => `"${word}"`).join(" ");
    const line = `eval "$(simcli completion bash)"; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _simcli; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return place.bash(line).stdout.trimEnd().split("\n");
  };

  it("completes commands, options, their values and files in bash", () => {
    expect(complete(["simcli", ""])).to.include.members(COMMANDS);
    expect(complete(["simcli", "lo"])).to.deep.equal(["loss"]);
    expect(complete(["simcli", "loss", "--mar"])).to.deep.equal(["--margin"]);
    expect(complete(["simcli", "cosine", "--mode", ""])).to.deep.equal(["loop", "matrix"]);
    expect(complete(["simcli", "cosine", "a"])).to.deep.equal(["a.csv"]);
    expect(complete(["simcli", "completion", "z"])).to.deep.equal(["zsh"]);
  });

  for (const shell of ["bash", "zsh", "fish"]) {
    it(`contains every command and option in ${shell}, in a script that ${shell} accepts`, () => {
      const { stdout: script } = place.bash(`simcli completion ${shell} | tee script`);
      for (const command of COMMANDS) {
        expect(script).to.contain(command);
        const { stdout: help } = place.bash(`simcli ${command} --help`);
        for (const [, option] of help.matchAll(/^ {2}(?:-., )?--([a-z-]+)/gm))
          expect(script, command).to.contain(option);
      }
      const installed = spawnSync(shell, ["--version"]).status === 0;
      if (installed) expect(place.bash(`${shell} -n script`)).to.deep.equal({ code: 0, stdout: "", stderr: "" });
    });
  }
});

describe("the library", () => {
  it("reads, compares and mines as shown in the README", async () => {
    const a = await readVectors(fixturePath("notebook/v2.csv"));
    const b = await readVectors(fixturePath("notebook/v1.csv"));
    const { values } = await cosineSimilarity(a, b);
    expect(values[1]).to.be.closeTo(0.15650085, 1e-8);
    const [{ loss }] = await hardNegativeLoss(await cosineTiles(a, b), { margins: [0.25] });
    expect(loss).to.be.closeTo(0.16994746, 5e-9);
    const { losses, gradient } = await similarityLoss(await cosineTiles(a, b), { kind: "infonce", temperature: 0.5 });
    expect(losses[0].loss).to.be.above(0);
    expect((await hold(gradient())).values).to.have.length(16);
  });
});
