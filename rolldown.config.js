import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// CommonJS, in a few pieces: Node starts it 20 ms sooner than the same code as modules, and loads a piece when it is needed.
function bundle(name, source, dir, groups, plugins) {
  return {
    input: { [name]: source },
    platform: "node",
    external: ["mathjs", "koffi", /^h5wasm/, "@resvg/resvg-js"],
    output: {
      dir,
      format: "cjs",
      entryFileNames: "[name].cjs",
      chunkFileNames: "[name].cjs",
      // A group takes only its own modules: what they import may be needed by commands that need nothing else of the group.
      codeSplitting: { groups, includeDependenciesRecursively: false },
      minify: { compress: true, mangle: false, codegen: true },
    },
    plugins,
  };
}

/** What only pictures, pages and charts need. */
const PICTURES = /\/src\/(?:pictures|pages)\/|-figure\.|-map\.|\/(?:principal-components|largest-eigenpairs)\./;

/** What the commonest command needs is one piece, so that it waits for nothing else. */
const COMMON = ["src/cli/run.ts", "src/commands/similarity/run.ts", "src/formats/csv/read-csv.ts"];

/** What the tasks of eval need that compare rows i of files: short runs, which wait for nothing else either. */
const ROWS = ["sts", "pair-task", "triplets"].map((name) => `src/commands/eval/${name}.ts`);

/** What several pieces share is one piece: Node takes a millisecond to find and load each. */
const GROUPS = [
  { name: neededBy("start", ["src/cli/main.ts"]), debugName: "start", priority: 5 },
  { name: "threads", test: /\/src\/kernels\/threads\./, priority: 5 },
  { name: neededBy("common", COMMON), debugName: "common", priority: 4 },
  { name: neededBy("rows", [...ROWS, "src/formats/npy/read-npy.ts"]), debugName: "rows", priority: 3 },
  {
    name: "charts",
    test: /\/src\/pictures\/draw-panel\.|\/node_modules\/(?:@observablehq|linkedom|html|css|dom|entities|d3-(?!force|quadtree|dispatch|timer))/,
    priority: 3,
  },
  { name: "parquet", test: /\/src\/formats\/parquet\/write-table\.|\/node_modules\/hyparquet-writer\//, priority: 3 },
  { name: "shared", test: (id) => id.includes("/src/") && !PICTURES.test(id), minShareCount: 2, priority: 2 },
  { name: "pictures", test: PICTURES, minShareCount: 2 },
];

/** Returns a function that names the piece of all modules that some modules import. */
function neededBy(name, entries) {
  const needed = new Set();
  return (id, context) => {
    if (needed.size === 0) for (const entry of entries) add(fileURLToPath(new URL(entry, import.meta.url)), context);
    return needed.has(id) ? name : null;
  };
  function add(id, context) {
    if (needed.has(id)) return;
    needed.add(id);
    for (const other of context.getModuleInfo(id)?.importedIds ?? []) add(other, context);
  }
}

/** commander can start commands that are programs of their own; simcli has none, and need not load what starts them. */
const withoutChildProcess = {
  name: "without-child-process",
  resolveId: (id, importer) =>
    id === "node:child_process" && importer?.includes("/commander/") ? "\0child-process" : null,
  load: (id) => (id === "\0child-process" ? "export default {};" : null),
};

/** Code from the cache cannot use `import()`. */
const commonRequires = {
  name: "common-requires",
  generateBundle(_options, bundle) {
    const chunk = bundle["common.cjs"];
    chunk.code = chunk.code.replace(/\bimport\((`node:[\w/]+`)\)/g, "Promise.resolve().then(()=>require($1))");
    const [other] = /\bimport\([^)]*\)/.exec(chunk.code) ?? [];
    if (other) this.error(`common.cjs cannot use ${other}`);
  },
};

export default [
  bundle("simcli", "src/cli/main.ts", "dist/cli", GROUPS, [
    withoutChildProcess,
    commonRequires,
    { name: "licenses", writeBundle: writeLicenses },
    { name: "assets", writeBundle: copyAssets },
  ]),
  bundle("worker", "src/kernels/worker.ts", "dist/kernels", [], []),
  {
    input: "src/pages/browser/page.ts",
    platform: "browser",
    output: { file: "dist/pages/page.iife.js", format: "iife", minify: true },
  },
];

/** Copies the font of pictures, with which they are the same on every machine, and the style of pages. */
function copyAssets() {
  copy("node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf", "dist/pictures/DejaVuSans.ttf");
  copy("src/pages/page.css", "dist/pages/page.css");
}

function copy(from, to) {
  mkdirSync(new URL(".", new URL(to, import.meta.url)), { recursive: true });
  copyFileSync(new URL(from, import.meta.url), new URL(to, import.meta.url));
}

/** The bundle carries other people's code and font, so it carries their licences. */
function writeLicenses(_, chunks) {
  const modules = Object.values(chunks).flatMap(({ moduleIds = [] }) => moduleIds);
  const packages = modules.flatMap((id) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? []);
  const texts = [...new Set([...packages, "dejavu-fonts-ttf"])].sort().map((name) => {
    const folder = new URL(`node_modules/${name}/`, import.meta.url);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e(?:\.\w+)?$/i.test(entry));
    if (!file) throw new Error(`${name} has no licence file`);
    return `${name}\n\n${readFileSync(new URL(file, folder), "utf8")}`;
  });
  writeFileSync(new URL("dist/THIRD-PARTY-LICENSES.txt", import.meta.url), texts.join("\n\n"));
}
