import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { simcli, workplace } from "./run.js";

describe("output files", () => {
  const place = workplace();
  const leftovers = () => readdirSync(place.folder).filter((name) => name.endsWith(".tmp"));
  afterEach(() => {
    if (place.folder) expect(leftovers()).to.deep.equal([]);
  });

  it("are unchanged if the command fails", () => {
    place.write("out.csv", "old\n");
    place.write("zero.csv", "0,0\n1,2\n");
    expect(place.bash("simcli cosine zero.csv -o out.csv").code).to.equal(1);
    expect(readFileSync(place.path("out.csv"), "utf8")).to.equal("old\n");
  });

  it("may be the input", () => {
    place.write("self.csv", "1,2\n3,4\n");
    expect(place.bash("simcli noise self.csv --sd 0 --seed 1 -o self.csv && cat self.csv").stdout).to.equal(
      "1,2\n3,4\n",
    );
  });

  it("keep their mode, and the links to them", () => {
    place.write("real.csv", "old\n");
    const { stdout } = place.bash(
      "chmod 640 real.csv; ln -s real.csv link.csv; simcli cosine a.csv -o link.csv; test -L link.csv && head -c 2 real.csv",
    );
    expect(stdout).to.equal("1,");
    expect(statSync(place.path("real.csv")).mode & 0o777).to.equal(0o640);
  });

  it("are created at the target of a dangling link", () => {
    const { stdout } = place.bash(
      "ln -s made.csv ahead.csv; simcli cosine a.csv -o ahead.csv; test -L ahead.csv && head -c 2 made.csv",
    );
    expect(stdout).to.equal("1,");
    const circle = place.bash("ln -s round.csv round.csv; simcli cosine a.csv -o round.csv");
    expect(circle.code).to.equal(1);
    expect(circle.stderr).to.match(/^simcli: round\.csv: cannot be written: .* loop\nhint: .+\n$/);
  });

  it("may be devices, which remain devices", () => {
    expect(place.bash("simcli cosine a.csv -o /dev/null && test -c /dev/null").code).to.equal(0);
    expect(place.bash("simcli cosine a.csv -o /dev/stdout | wc -l").stdout.trim()).to.equal("4");
  });

  it("are not created if the disk is full", function () {
    if (!existsSync("/dev/full")) this.skip();
    for (const line of ["cosine a.csv > /dev/full", "--help > /dev/full", "cosine a.csv -o /dev/full"]) {
      const { code, stderr } = place.bash(`simcli ${line}`);
      expect(code, line).to.equal(1);
      expect(stderr, line).to.match(
        /^simcli: .*: no space left on the disk\nhint: free some space, or write to another disk\n$/,
      );
    }
  });

  it("are not created if they exceed the system's file size limit", () => {
    place.write("tall.csv", "1,2,3\n".repeat(20_000));
    for (const line of ["-o limited.csv", "> piece.csv"]) {
      const limited = place.bash(`ulimit -f 8; simcli noise tall.csv --seed 1 ${line}`);
      expect(limited.code, line).to.equal(1);
      expect(limited.stderr, line).to.match(/larger than the system allows\nhint: ulimit -f shows the limit\n$/);
    }
    expect(existsSync(place.path("limited.csv"))).to.equal(false);
  });

  it("are not created after Ctrl-C, which gives exit code 130", async () => {
    const row = Array.from({ length: 400 }, (_, i) => i + 1).join(",");
    place.write("large.csv", `${row}\n`.repeat(1500));
    place.write("kept.csv", "old\n");
    const child = spawn(process.execPath, [simcli, "cosine", "large.csv", "--mode", "loop", "-o", "kept.csv"], {
      cwd: place.folder,
    });
    while (leftovers().length === 0) await setTimeout(20);
    await setTimeout(300);
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    expect(code).to.equal(130);
    expect(readFileSync(place.path("kept.csv"), "utf8")).to.equal("old\n");
  });
});
