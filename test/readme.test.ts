import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { VERSION } from "#dist/shell/version.js";
import { commandPages } from "./reference.js";

function findRoot(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : findRoot(dirname(folder));
}
const root = findRoot(dirname(fileURLToPath(import.meta.url)));
const readme = readFileSync(join(root, "README.md"), "utf8");

describe("the README", () => {
  it("has one command for the main job and one for the tests", () => {
    const commands = readme.split("\n").filter((line) => line.startsWith("npm ci && "));
    expect(commands).to.have.length(2);
    expect(commands[0]).to.contain("npx simcli cosine").and.to.contain("npx simcli loss");
    expect(commands[1]).to.equal("npm ci && npm test");
  });

  it("documents every option of every command, there, on its page, or on the page of cosine if that page refers to it", () => {
    const help = (command: string) =>
      execFileSync(process.execPath, [join(root, "bin/simcli.js"), command, "--help", "--all"], { encoding: "utf8" });
    const commands = [...readme.matchAll(/^\| \[(`[a-z, `]+`)\]\((docs\/[a-z]+\.md)\)/gm)];
    expect(commands.map((row) => row[2]!.slice("docs/".length))).to.have.members(commandPages());
    for (const [, names, page] of commands) {
      const own = readFileSync(join(root, page!), "utf8");
      const told =
        readme + own + (own.includes("(cosine.md)") ? readFileSync(join(root, "docs/cosine.md"), "utf8") : "");
      for (const command of names!.replaceAll("`", "").split(", ")) {
        const options = [...help(command).matchAll(/^ {2}(?:-., )?(--?[a-z-]+)/gm)].map((match) => match[1]!);
        expect(options).to.include("--color");
        for (const option of options) {
          if (!/^--(?:help|version)$/.test(option)) expect(told, command).to.contain(option);
        }
      }
    }
  });

  describe("examples", () => {
    const folder = mkdtempSync(join(tmpdir(), "simcli-readme-"));
    const lines = readme.split("\n").filter((line) => line.startsWith("simcli ") && !line.startsWith("simcli: "));

    before(function () {
      if (process.platform === "win32") this.skip();
      cpSync(join(root, "fixtures/notebook/v2.csv"), join(folder, "a.csv"));
      cpSync(join(root, "fixtures/notebook/v1.csv"), join(folder, "b.csv"));
      const script = (name: string, text: string) => {
        writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
        chmodSync(join(folder, name), 0o755);
      };
      script("simcli", `exec "${process.execPath}" "${join(root, "bin/simcli.js")}" "$@"`);
      script("jq", "exec cat");
    });
    after(() => rmSync(folder, { recursive: true }));

    it("exist", () => expect(lines).to.have.length.above(4));
    for (const line of lines) {
      it(line.replace(/ *#.*/, ""), () => {
        const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
        const { status, stdout } = spawnSync("bash", ["-c", `set -o pipefail; ${line}`], {
          cwd: folder,
          env,
          encoding: "utf8",
        });
        expect(status).to.equal(0);
        const [, file] = / -o (\S+)/.exec(line) ?? [];
        expect(file ? readFileSync(join(folder, file), "utf8") : stdout).to.match(/\d/);
      });
    }
  });
});

describe("the version", () => {
  it("equals that of package.json", () => {
    expect(VERSION).to.equal(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version);
  });

  it("has a section in the changelog", () => {
    expect(readFileSync(join(root, "CHANGELOG.md"), "utf8")).to.contain(`## ${VERSION}\n`);
  });
});

describe("the repository", () => {
  it("has no download addresses in its lock file", () => {
    expect(readFileSync(join(root, "package-lock.json"), "utf8")).not.to.contain('"resolved"');
  });

  it("has no fixture that fixtures/README does not mention", () => {
    const text = readFileSync(join(root, "fixtures/README.md"), "utf8");
    for (const name of readdirSync(join(root, "fixtures"))) if (name !== "README.md") expect(text).to.contain(name);
  });
});
