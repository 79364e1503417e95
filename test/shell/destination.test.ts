import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { expect } from "chai";
import { BrokenPipeError, MachineError } from "#dist/core/errors.js";
import { openDestination, removeTemporaryFiles } from "#dist/shell/destination.js";
import { temporaryName } from "#dist/shell/temporary-name.js";
import { fakeStreams, itOnUnix } from "./support.js";

describe("openDestination", () => {
  let folder = "";
  const at = (name: string) => join(folder, name);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "simcli-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function rejected(promise: Promise<unknown>): Promise<Error> {
    let result: unknown;
    try {
      result = await promise;
    } catch (error) {
      return error as Error;
    }
    throw new Error(`expected a rejection, found ${result}`);
  }

  it("creates a complete file on commit", async () => {
    const file = await openDestination(at("a.csv"), fakeStreams());
    await file.write("1,2\n");
    expect(readdirSync(folder)).to.not.include("a.csv");
    await file.write("3,é\n");
    await file.commit();
    expect(readdirSync(folder)).to.deep.equal(["a.csv"]);
    expect(readFileSync(at("a.csv"), "utf8")).to.equal("1,2\n3,é\n");
  });

  it("keeps the order of parts that the disk writes meanwhile", async () => {
    const file = await openDestination(at("a.csv"), fakeStreams());
    const parts = Array.from({ length: 5 }, (_, i) => Buffer.alloc(9e6 + i, String(i)));
    for (const part of parts) await file.write(part);
    await file.commit();
    expect(readFileSync(at("a.csv")).equals(Buffer.concat(parts))).to.equal(true);
    const abandoned = await openDestination(at("b.csv"), fakeStreams());
    for (const part of parts.slice(0, 2)) await abandoned.write(part);
    await abandoned.abandon();
    expect(readdirSync(folder)).to.deep.equal(["a.csv"]);
  });

  it("removes its data when abandoned, and leaves an existing file unchanged", async () => {
    writeFileSync(at("a.csv"), "old\n");
    const file = await openDestination(at("a.csv"), fakeStreams());
    await file.write("new\n");
    expect(readFileSync(at("a.csv"), "utf8")).to.equal("old\n");
    await file.abandon();
    expect(readdirSync(folder)).to.deep.equal(["a.csv"]);
    expect(readFileSync(at("a.csv"), "utf8")).to.equal("old\n");
  });

  itOnUnix("replaces an existing file and keeps its mode", async () => {
    writeFileSync(at("a.csv"), "a much longer old text\n");
    chmodSync(at("a.csv"), 0o640);
    const file = await openDestination(at("a.csv"), fakeStreams());
    await file.write("new\n");
    await file.commit();
    expect(readFileSync(at("a.csv"), "utf8")).to.equal("new\n");
    expect(statSync(at("a.csv")).mode & 0o777).to.equal(0o640);
  });

  itOnUnix("gives a new file the permissions that the umask leaves, and a replaced one its own", async () => {
    const before = process.umask();
    try {
      for (const [umask, mode] of [
        [0o022, 0o644],
        [0o077, 0o600],
        [0o002, 0o664],
      ] as const) {
        process.umask(umask);
        writeFileSync(at("old.csv"), "old\n");
        chmodSync(at("old.csv"), 0o666);
        for (const name of ["new.csv", "old.csv"]) {
          const file = await openDestination(at(name), fakeStreams());
          await file.write("new\n");
          // Others may not read more than they may in the end.
          const [temporary] = readdirSync(folder).filter((entry) => entry.startsWith("."));
          expect(statSync(at(temporary!)).mode & 0o777).to.equal(mode);
          await file.commit();
        }
        expect(statSync(at("new.csv")).mode & 0o777).to.equal(mode);
        expect(statSync(at("old.csv")).mode & 0o777).to.equal(0o666);
        rmSync(at("new.csv"));
      }
    } finally {
      process.umask(before);
    }
  });

  itOnUnix("replaces the file that a symbolic link stands for, not the link", async () => {
    mkdirSync(at("real"));
    writeFileSync(join(at("real"), "a.csv"), "old\n");
    symlinkSync(join("real", "a.csv"), at("link.csv"));
    const file = await openDestination(at("link.csv"), fakeStreams());
    await file.write("new\n");
    await file.commit();
    expect(lstatSync(at("link.csv")).isSymbolicLink()).to.equal(true);
    expect(readFileSync(join(at("real"), "a.csv"), "utf8")).to.equal("new\n");
    expect(readdirSync(at("real"))).to.deep.equal(["a.csv"]);
  });

  itOnUnix("makes the file that a link leads to, through another one and from another folder", async () => {
    mkdirSync(at("real"));
    symlinkSync(join("real", "second.csv"), at("first.csv"));
    symlinkSync("a.csv", join(at("real"), "second.csv"));
    const file = await openDestination(at("first.csv"), fakeStreams());
    await file.write("new\n");
    await file.commit();
    expect(readdirSync(at("real"))).to.have.members(["a.csv", "second.csv"]);
    expect(readFileSync(join(at("real"), "a.csv"), "utf8")).to.equal("new\n");
    for (const link of [at("first.csv"), join(at("real"), "second.csv")]) {
      expect(lstatSync(link).isSymbolicLink()).to.equal(true);
    }
  });

  itOnUnix("refuses links that go round in a circle, and one that leads to no folder", async () => {
    symlinkSync("b.csv", at("a.csv"));
    symlinkSync("a.csv", at("b.csv"));
    symlinkSync(join("none", "c.csv"), at("c.csv"));
    const circle = await rejected(openDestination(at("a.csv"), fakeStreams()));
    expect(circle).to.be.instanceOf(MachineError);
    expect(circle.message).to.equal(`${at("a.csv")}: cannot be written: its symbolic links form a loop`);
    const nowhere = await rejected(openDestination(at("c.csv"), fakeStreams()));
    expect(nowhere.message).to.equal(`${at("c.csv")}: cannot be written: no such folder`);
    expect(readdirSync(folder)).to.have.members(["a.csv", "b.csv", "c.csv"]);
  });

  itOnUnix("takes the longest name that a file can have, and tells a longer one in words", async () => {
    const name = `${process.platform === "linux" ? "é".repeat(125) : "e".repeat(250)}.csv`;
    const [file, other] = [
      await openDestination(at(name), fakeStreams()),
      await openDestination(at(`${name}x`), fakeStreams()),
    ];
    await file.write("1\n");
    await file.commit();
    await other.abandon();
    expect(readdirSync(folder)).to.deep.equal([name]);
    const long = at(`${name}${name}`);
    expect((await rejected(openDestination(long, fakeStreams()))).message).to.equal(
      `${long}: cannot be written: the file name is too long for the file system`,
    );
  });

  it("removes the temporary files of an interrupted command", async () => {
    const file = await openDestination(at("a.csv"), fakeStreams());
    await file.write("1\n");
    expect(readdirSync(folder)).to.have.length(1);
    removeTemporaryFiles();
    expect(readdirSync(folder)).to.deep.equal([]);
    await file.abandon();
  });

  it("removes what a killed process left in the folder, and nothing else", async () => {
    const { status, pid } = spawnSync(process.execPath, ["-e", "0"]);
    expect(status).to.equal(0);
    const ours = temporaryName("a.csv", 0);
    const of = (process_: number | string) => ours.replace(`-${process.pid}-0.tmp`, `-${process_}-0.tmp`);
    const dead = of(pid);
    const kept = [
      of(process.ppid),
      of("x"),
      dead.replace(/\.simcli-/, ".simcli-another-"),
      dead.slice(1),
      dead.replace(/tmp$/, "csv"),
      `.a.csv.${pid}-0.tmp`,
    ];
    for (const name of [ours, dead, ...kept]) writeFileSync(at(name), "left\n");
    const file = await openDestination(at("b.csv"), fakeStreams());
    const second = await openDestination(at("c.csv"), fakeStreams());
    await file.commit();
    await second.commit();
    expect(readdirSync(folder)).to.have.members(["b.csv", "c.csv", ...kept]);
  });

  it("rejects a directory and a missing folder, naming the given path", async () => {
    const directory = await rejected(openDestination(folder, fakeStreams()));
    expect(directory).to.be.instanceOf(MachineError);
    expect(directory.message).to.equal(`${folder}: expected a file to write, found a directory`);
    const path = join(at("none"), "a.csv");
    const missing = await rejected(openDestination(path, fakeStreams()));
    expect(missing).to.be.instanceOf(MachineError);
    expect(missing.message).to.equal(`${path}: cannot be written: no such folder`);
    const slash = await rejected(openDestination(`${at("none")}/`, fakeStreams()));
    expect(slash.message).to.equal(`${at("none")}/: expected a file to write, found a folder that does not exist`);
  });

  itOnUnix("writes a device as it is", async () => {
    const file = await openDestination("/dev/null", fakeStreams());
    await file.write("1\n");
    await file.commit();
    expect(statSync("/dev/null").isFile()).to.equal(false);
  });

  it("opens stdout without a path and for -", async () => {
    for (const path of [undefined, "-"]) {
      const streams = fakeStreams();
      const stdout = await openDestination(path, streams);
      await stdout.write("a");
      await stdout.write("b");
      await stdout.commit();
      expect(streams.said.stdout).to.equal("ab");
      expect(streams.stdout.writableEnded).to.equal(false);
    }
  });

  for (const [code, Kind, message] of [
    ["EPIPE", BrokenPipeError, "the reader of the output has left"],
    ["ENOSPC", MachineError, "stdout: no space left on the disk"],
    ["EIO", MachineError, "stdout: it broke"],
  ] as const) {
    it(`reports ${code} in plain words`, async () => {
      const broken = new Writable({
        write(_chunk, _encoding, done) {
          done(Object.assign(new Error("it broke"), { code }));
        },
      });
      const stdout = await openDestination(undefined, { ...fakeStreams(), stdout: broken });
      const error = await rejected(stdout.write("a"));
      expect(error).to.be.instanceOf(Kind);
      expect(error.message).to.equal(message);
    });
  }
});
