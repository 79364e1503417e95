import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { commandPages, fixturePath, root } from "../reference.js";
import { workplace } from "./run.js";

const pages = [...commandPages(), "eval-tasks.md", "files.md", "pictures.md", "smaller.md"];
const pageText = (name: string) => readFileSync(join(root, "docs", name), "utf8");

describe("the pages in docs", () => {
  it("exist for every command except demo and completion", () => {
    const commands = [...place.bash("simcli --help").stdout.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1]!);
    const told = commandPages()
      .map((name) => pageText(name))
      .join("\n");
    expect(commands).to.include.members(["cosine", "topk", "mine"]);
    for (const command of commands) {
      if (["demo", "completion", "help"].includes(command)) continue;
      expect(told, command).to.match(new RegExp(`^(?:\\$ simcli ${command} |\\| \`${command}\`)`, "m"));
    }
  });

  const place = workplace();
  before(() => {
    cpSync(fixturePath(""), place.path("fixtures"), { recursive: true });
    for (const name of ["records.jsonl", "openai.json"]) cpSync(fixturePath(`embeddings/${name}`), place.path(name));
    cpSync(fixturePath("digits/a.csv"), place.path("digits.csv"));
    cpSync(fixturePath("binary/model.safetensors"), place.path("model.safetensors"));
    cpSync(fixturePath("binary/ann.hdf5"), place.path("ann.hdf5"));
    place.write("odd.csv", "id,x,y\na,3,4\nb,0,0\na,nan,1\nc,3,4\n");
  });

  // The page of decisions has no commands.
  for (const name of pages.filter((page) => page !== "decisions.md")) {
    it(`show what their commands print: ${name}`, () => {
      const blocks = [...pageText(name).matchAll(/^```console\n(.*?)^```$/gms)].map((match) => match[1]!);
      const shown = blocks.flatMap((block) => block.split(/^\$ /m).slice(1));
      expect(shown).to.have.length.above(1);
      for (const text of shown) {
        const [line, ...output] = text.split("\n");
        const { code, stdout } = place.bash(line!);
        expect(code, line).to.equal(0);
        expect(stdout, line).to.equal(output.join("\n"));
      }
    });
  }
});

describe("docs/loss.md", () => {
  const place = workplace();
  const page = pageText("loss.md");

  it("contains every option of a kind, and every kind", () => {
    const { stdout: help } = place.bash("simcli loss --help --all");
    const own = help.slice(help.indexOf("--kind"), help.indexOf("Similarity:"));
    const options = [...own.matchAll(/^ {2}(--[a-z-]+)/gm)].map((match) => match[1]!);
    expect(options).to.include.members(["--mining", "--temperature", "--gradient"]);
    const hardNegativesAlone = ["--negatives", "--fallback", "--tie-tolerance"];
    for (const option of options) if (!hardNegativesAlone.includes(option)) expect(page).to.contain(option);
    const choices = /--kind.*?\(choices:(.*?), default/s.exec(help)?.[1] ?? "";
    const kinds = [...choices.matchAll(/"([a-z-]+)"/g)].map((match) => match[1]!);
    expect(kinds).to.have.length(9);
    for (const kind of kinds) expect(page).to.contain(`\`${kind}\``);
  });
});
