import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { libraryPath } from "#dist/kernels/library-path.js";

describe("libraryPath", () => {
  const { PATH } = process.env;
  const workingDirectory = process.cwd();
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "simcli-library-"));
    mkdirSync(join(folder, "libraries"));
    for (const name of ["here.dll", "libraries/there.dll"]) writeFileSync(join(folder, name), "no library");
    process.chdir(folder);
  });
  after(() => {
    process.chdir(workingDirectory);
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  });

  it("returns an absolute path as it is", () => {
    const path = join(folder, "here.dll");
    for (const platform of ["linux", "darwin", "win32"] as const) expect(libraryPath(path, platform)).to.equal(path);
  });

  it("leaves a file name to the loader of Linux, which does not search the working directory", () => {
    expect(libraryPath("here.dll", "linux")).to.equal("here.dll");
  });

  it("searches the absolute folders of PATH on Windows", () => {
    process.env.PATH = ["", ".", "libraries", join(folder, "libraries")].join(process.platform === "win32" ? ";" : ":");
    expect(libraryPath("there.dll", "win32")).to.equal(join(folder, "libraries/there.dll"));
    expect(() => libraryPath("here.dll", "win32")).to.throw("not found in the folders of PATH");
  });

  it("refuses a relative path, and on macOS a file name", () => {
    for (const path of ["./here.dll", "libraries/there.dll", "..\\there.dll"]) {
      expect(() => libraryPath(path, "linux")).to.throw("expected an absolute path, or a file name that the system");
      expect(() => libraryPath(path, "win32")).to.throw("expected an absolute path, or a file name that the system");
    }
    for (const path of ["./here.dll", "here.dll"])
      expect(() => libraryPath(path, "darwin")).to.throw(/^expected an absolute path$/);
  });
});
