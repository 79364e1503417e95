import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { fixturePath, root } from "../reference.js";
import { workplace } from "./run.js";

describe("docs/loss.md", () => {
  const place = workplace();
  const page = readFileSync(join(root, "docs/loss.md"), "utf8");
  const blocks = [...page.matchAll(/^```console\n(.*?)^```$/gms)].map((match) => match[1]!);
  const shown = blocks.flatMap((block) => block.split(/^\$ /m).slice(1));
  before(() => cpSync(fixturePath(""), place.path("fixtures"), { recursive: true }));

  it("shows what its commands print", () => {
    expect(shown).to.have.length.above(5);
    for (const text of shown) {
      const [line, ...output] = text.split("\n");
      const { code, stdout } = place.bash(line!);
      expect(code, line).to.equal(0);
      expect(stdout, line).to.equal(output.join("\n"));
    }
  });

  it("names every option of a kind, and every kind", () => {
    const { stdout: help } = place.bash("simcli loss --help");
    const own = help.slice(help.indexOf("--kind"), help.indexOf("Similarity:"));
    const options = [...own.matchAll(/^ {2}(--[a-z-]+)/gm)].map((match) => match[1]!);
    expect(options).to.include.members(["--mining", "--temperature", "--gradient"]);
    const hardNegativesAlone = ["--negatives", "--fallback", "--tie-tolerance"];
    for (const option of options) if (!hardNegativesAlone.includes(option)) expect(page).to.contain(option);
    const choices = /--kind.*?\(choices:(.*?), default/s.exec(help)?.[1] ?? "";
    const kinds = [...choices.matchAll(/"([a-z-]+)"/g)].map((match) => match[1]!);
    expect(kinds).to.have.length(6);
    for (const kind of kinds) expect(page).to.contain(`\`${kind}\``);
  });
});
