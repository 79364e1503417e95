// Runs the tests of what changed since the merge base with main and in the working tree: npm run check
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);

/** Files that differ from the merge base with main, committed or not. */
function changedFiles() {
  const branches = git("branch", "--format", "%(refname:short)", "--all");
  const main = ["origin/main", "main"].find((name) => branches.includes(name)) ?? "HEAD";
  const [base] = git("merge-base", "HEAD", main);
  return [...new Set([...git("diff", "--name-only", base), ...git("ls-files", "--others", "--exclude-standard")])];
}

/** The built module of a source or test file: src/core/errors.ts → dist/core/errors.js. */
const builtFrom = (file) =>
  join(
    root,
    file
      .replace(/^src\//, "dist/")
      .replace(/^test\//, "build/test/")
      .replace(/\.ts$/, ".js"),
  );

/** The modules that a built module imports directly. */
function importsOf(module) {
  const text = existsSync(module) ? readFileSync(module, "utf8") : "";
  return [...text.matchAll(/(?:from|import\() ?"((?:\.|#dist\/)[^"]+)"/g)].map(([, path]) =>
    path.startsWith("#dist/") ? join(root, "dist", path.slice("#dist/".length)) : resolve(dirname(module), path),
  );
}

/** Whether a test imports, at most two steps away, a changed module. Tests of the binary import no module of it. */
function isAffected(test, changed) {
  const direct = importsOf(test);
  const near = [test, ...direct, ...direct.filter((module) => !module.includes("build")).flatMap(importsOf)];
  return near.some((module) => changed.has(module));
}

/** Tests of the binary that belong to the changed commands, by name: src/commands/eval → test/cli/eval.test.ts. */
function commandTests(files) {
  const named = {
    similarity: "metrics",
    loss: ["loss-kinds", "charts"],
    eval: ["eval", "charts"],
    topk: ["neighbours", "embedding-atlas", "charts-of-rows"],
    pairs: ["neighbours", "charts-of-rows"],
    describe: ["describe", "overlap", "charts-of-rows"],
    mine: "neighbours",
    pages: "report",
    pictures: ["pictures", "charts"],
  };
  const commands = files.flatMap((file) => /^src\/(?:commands\/)?([^/]+)\//.exec(file)?.[1] ?? []);
  return commands
    .flatMap((command) => named[command] ?? command)
    .map((name) => join(root, "build/test/cli", `${name}.test.js`))
    .filter(existsSync);
}

const files = changedFiles();
const changed = new Set(files.filter((file) => /^(?:src|test)\/.*\.ts$/.test(file)).map(builtFrom));
const all = readdirSync(join(root, "build/test"), { recursive: true })
  .filter((name) => name.endsWith(".test.js"))
  .map((name) => join(root, "build/test", name));
const tests = [...new Set([...all.filter((test) => isAffected(test, changed)), ...commandTests(files)])];
if (/^(?:README\.md|docs\/.*\.md)$/m.test(files.join("\n"))) {
  tests.push(join(root, "build/test/readme.test.js"), join(root, "build/test/cli/pages.test.js"));
}
process.stdout.write(`${files.length} files changed, ${tests.length} of ${all.length} test files concerned\n`);
if (tests.length > 0) {
  const mocha = join(root, "node_modules/mocha/bin/mocha.js");
  const options = ["--no-config", "--timeout", "60000", "--reporter", "dot"];
  const run = spawnSync(process.execPath, [mocha, ...options, ...tests.map((test) => relative(root, test))], {
    cwd: root,
    stdio: "inherit",
  });
  process.exitCode = run.status ?? 1;
}
