import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { MachineError } from "#dist/core/errors.js";
import { expectRoomForTable } from "#dist/shell/memory.js";
import { isFile, paintFor, widthOf } from "#dist/shell/streams.js";
import { fakeStreams, itOnUnix } from "./support.js";

describe("widthOf", () => {
  it("returns the terminal's width, otherwise COLUMNS, otherwise 80", () => {
    expect(widthOf(fakeStreams({ columns: 132, env: { COLUMNS: "40" } }))).to.equal(132);
    expect(widthOf(fakeStreams({ env: { COLUMNS: "40" } }))).to.equal(40);
    for (const COLUMNS of ["", "0", "-5", "x", "1.5"]) expect(widthOf(fakeStreams({ env: { COLUMNS } }))).to.equal(80);
    expect(widthOf(fakeStreams())).to.equal(80);
  });
});

describe("paintFor", () => {
  it("determines the colour level of each stream separately", async () => {
    const terminal = fakeStreams({ env: { TERM: "xterm-256color" } });
    const half = { ...terminal, stdout: fakeStreams({ isTTY: false }).stdout };
    expect((await paintFor(half, "stdout", "auto")).level).to.equal(0);
    expect((await paintFor(half, "stderr", "auto")).level).to.equal(2);
    expect((await paintFor(half, "stdout", "always")).level).to.equal(2);
    expect((await paintFor(half, "stderr", "never")).level).to.equal(0);
  });
});

describe("isFile", () => {
  itOnUnix("tells a file from what is none", () => {
    const file = openSync(fileURLToPath(import.meta.url), "r");
    const device = openSync("/dev/null", "r");
    expect([isFile(file), isFile(device), isFile(undefined), isFile(-1)]).to.deep.equal([true, false, false, false]);
    closeSync(file);
    closeSync(device);
  });
});

describe("expectRoomForTable", () => {
  it("accepts a table that fits in memory", () => {
    expect(expectRoomForTable(100, 100, "smaller")).to.equal(undefined);
  });

  it("rejects one that does not fit, with the size, the memory and the hint", () => {
    let error: unknown;
    try {
      expectRoomForTable(1e9, 1e6, "write csv instead");
    } catch (thrown) {
      error = thrown;
    }
    expect(error).to.be.instanceOf(MachineError);
    const { message, hint } = error as MachineError;
    expect(message).to.match(/^a table of 1000000000×1000000 cells needs 64000000 GB of memory, found [\d.]+ GB free$/);
    expect(hint).to.equal("write csv instead");
  });
});
