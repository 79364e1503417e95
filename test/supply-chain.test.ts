import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "./reference.js";

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
}

const textOf = (path: string) => readFileSync(join(root, path), "utf8");
const lock = JSON.parse(textOf("package-lock.json")) as { packages: Record<string, LockedPackage> };
const { "": _own, ...packages } = lock.packages;

/** Licences that allow use, change and distribution with any program, under their notice. MPL-2.0 covers its own files only. */
const ALLOWED = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "MPL-2.0"];
/** Licences that were read: h5wasm is in the public domain and carries HDF5 (BSD-3-Clause); the fonts are Bitstream Vera's. */
const READ: { readonly [name: string]: string | undefined } = {
  h5wasm: "SEE LICENSE IN LICENSE.txt",
  "dejavu-fonts-ttf": "SEE LICENSE IN README.md AND LICENSE",
};

const nameOf = (path: string) => path.replace(/^.*node_modules\//, "");

/** Names and licences that are neither allowed nor read. */
const refused = (paths: readonly string[]) =>
  paths
    .map((path) => ({ name: nameOf(path), license: packages[path]?.license ?? "none" }))
    .filter(({ name, license }) => !ALLOWED.includes(license) && READ[name] !== license);

describe("supply chain", () => {
  it("has dependencies under allowed licences, on all platforms", () => {
    const installed = Object.keys(packages).filter((path) => !packages[path]?.dev);
    expect(installed.length).to.be.above(20);
    expect(refused(installed)).to.deep.equal([]);
  });

  it("has bundled packages under allowed licences", () => {
    const texts = `\n\n${textOf("dist/THIRD-PARTY-LICENSES.txt")}`;
    const bundled = Object.keys(packages).filter((path) => texts.includes(`\n\n${nameOf(path)}\n\n`));
    expect(bundled.map(nameOf)).to.include.members(["commander", "@observablehq/plot", "dejavu-fonts-ttf"]);
    expect(refused(bundled)).to.deep.equal([]);
  });

  it("has exact versions of direct dependencies, and hashes of all", () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(textOf("package.json"));
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }))
      expect(packages[`node_modules/${name}`]?.version, name).to.equal(version);
    for (const [path, { integrity }] of Object.entries(packages)) expect(integrity, path).to.match(/^sha512-/);
  });

  it("has workflows that name actions by commit, and have no right to write unless they say so", () => {
    const folder = ".github/workflows";
    for (const name of readdirSync(join(root, folder))) {
      const text = textOf(join(folder, name));
      expect(text, name).to.contain("\npermissions:\n  contents: read\n");
      const actions = text.match(/uses: .*/g) ?? [];
      expect(actions, name).to.not.be.empty;
      for (const action of actions)
        expect(action, name).to.match(/^uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });
});
