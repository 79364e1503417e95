import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { environment, simcli, workplace } from "./run.js";

const itOnLinux = process.platform === "linux" ? it : it.skip;

describe("closed streams", () => {
  const place = workplace();

  for (const command of ["cosine a.csv", "topk a.csv", "--help", "--version"]) {
    itOnLinux(`${command} with stdout closed exits 1 with one line and a hint`, () => {
      for (const line of [`simcli ${command} >&-`, `(simcli ${command}; exit $?) >&-`, `simcli ${command} >&- <&-`]) {
        const { code, stdout, stderr } = place.bash(line);
        expect([code, stdout, stderr], line).to.deep.equal([
          1,
          "",
          "simcli: stdout: expected a place for the result, found it closed\nhint: -o FILE writes to a file\n",
        ]);
      }
    });
  }

  it("a discarded output is not a closed one", async () => {
    expect(place.bash("simcli cosine a.csv >/dev/null")).to.deep.equal({ code: 0, stdout: "", stderr: "" });
    // Node and Python open /dev/null for reading and writing.
    const child = spawn(process.execPath, [simcli, "cosine", place.path("a.csv")], {
      stdio: ["ignore", "ignore", "inherit"],
      env: environment(),
    });
    expect(await new Promise((resolve) => child.on("close", resolve))).to.equal(0);
    expect(place.bash("(simcli cosine a.csv; exit $?) 1<>/dev/null").code).to.equal(0);
  });

  it("a result in a file needs no stdout; a result on stdout needs no stderr and no stdin", () => {
    const { stdout } = place.bash("simcli cosine a.csv");
    expect(place.bash("simcli cosine a.csv 2>&- <&-")).to.deep.equal({ code: 0, stdout, stderr: "" });
    expect(place.bash("simcli cosine a.csv -o out.csv >&- 2>&- <&-").code).to.equal(0);
    expect(readFileSync(place.path("out.csv"), "utf8")).to.equal(stdout);
    expect(place.bash("simcli cosine nosuch.csv 2>&-")).to.deep.equal({ code: 1, stdout: "", stderr: "" });
    expect(place.bash("simcli cosine - <&-")).to.deep.equal({
      code: 1,
      stdout: "",
      stderr: "simcli: no rows on stdin: did the command before it fail?\n",
    });
  });
});

describe("a limit of the address space (ulimit -v)", () => {
  const place = workplace();

  itOnLinux("a small job runs in 3 GB, the kernels report the limit, and the hint works", () => {
    const rows = Array.from({ length: 1500 }, (_, i) => Array.from({ length: 8 }, (_, k) => Math.sin(i * 8 + k)));
    place.write("rows.csv", `${rows.map((row) => row.join(",")).join("\n")}\n`);
    expect(place.bash("ulimit -v 3000000; simcli cosine a.csv")).to.deep.equal(place.bash("simcli cosine a.csv"));
    const whole = place.bash("simcli topk rows.csv --backend wasm");
    const limited = place.bash("ulimit -v 3000000; simcli topk rows.csv --backend wasm -o out.csv");
    expect(limited).to.deep.equal({
      code: 1,
      stdout: "",
      stderr:
        "simcli: not enough address space for the kernels: expected 12 GB, found a limit of 3.1 GB\n" +
        "hint: ulimit -v unlimited, or with the limit, but slower: export NODE_OPTIONS=--disable-wasm-trap-handler\n",
    });
    expect(readdirSync(place.folder)).to.not.include("out.csv");
    const [major, minor] = process.versions.node.split(".").map(Number);
    if (major === 20 ? minor < 15 : major < 23) return;
    const line = "simcli topk rows.csv --backend wasm";
    expect(place.bash(`ulimit -v 6000000; export NODE_OPTIONS=--disable-wasm-trap-handler; ${line}`)).to.deep.equal(
      whole,
    );
  });
});
