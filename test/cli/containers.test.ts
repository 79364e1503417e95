import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { fixturePath } from "../reference.js";
import { workplace } from "./run.js";

const fixture = (name: string) => fixturePath(`binary/${name}`);

/** Whether python3 has NumPy, which hints need. */
const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;

describe("simcli and containers of arrays", () => {
  const place = workplace();
  const copy = (...names: string[]) => {
    for (const name of names) cpSync(fixture(name), place.path(name));
  };

  for (const file of ["several.npz", "several.safetensors"]) {
    it(`reads two arrays of ${file}, each by its name`, async () => {
      copy(file);
      const arrays = await Promise.all(
        ["first", "second"].map(async (name) => {
          const { stdout } = await place.run(
            "convert",
            file,
            "--vector-column",
            name,
            "-f",
            "csv",
            "-o",
            `${name}.csv`,
          );
          return stdout;
        }),
      );
      expect(arrays).to.deep.equal(["", ""]);
      const named = await place.run("euclidean", `${file}#first`, `${file}#second`, "-q");
      const plain = await place.run("euclidean", "first.csv", "second.csv", "-q");
      expect([named.code, named.stdout]).to.deep.equal([0, plain.stdout]);
      expect(named.stdout.split("\n")).to.have.length(4);
    });
  }

  it("describes a named array, and refuses a name that the format does not have", async () => {
    copy("several.safetensors", "vectors.fbin");
    const { stdout } = await place.run("describe", "several.safetensors#second", "--json");
    expect(JSON.parse(stdout)).to.deep.include({ format: "safetensors", rows: 3, dimensions: 4, dtype: "float32" });
    const { code, stderr } = await place.run("describe", "vectors.fbin#x");
    expect([code, stderr]).to.deep.equal([
      1,
      "simcli: vectors.fbin#x: expected a file of named arrays, found fbin\nhint: name the file: vectors.fbin\n",
    ]);
  });

  it("lists the arrays of a file; the hint works when pasted", async () => {
    copy("several.safetensors");
    const { code, stderr } = await place.run("describe", "several.safetensors");
    const [message, hint = ""] = stderr.split("\n");
    expect([code, message]).to.deep.equal([
      1,
      "simcli: several.safetensors: expected one array of vectors, found first (3×4 F64), second (3×4 F32)",
    ]);
    const [, named, option] = /^hint: name one: (.+), or (.+)$/.exec(hint) ?? [];
    for (const line of [`simcli convert ${named}`, `simcli convert several.safetensors ${option}`]) {
      const { code: ended, stdout } = place.bash(line);
      expect([ended, stdout.split("\n").length]).to.deep.equal([0, 4]);
    }
  });

  it("notes which arrays are left out; --strict refuses it", async () => {
    copy("model.safetensors");
    const text = "model.safetensors: read the array weight (3×4 F32), left out";
    const noted = await place.run("convert", "model.safetensors");
    expect([noted.code, noted.stdout.split("\n").length]).to.deep.equal([0, 4]);
    expect(noted.stderr).to.contain(text).and.to.contain("; --vector-column weight selects it without this note\n");
    const chosen = await place.run("convert", "model.safetensors#weight", "--strict");
    expect(chosen).to.deep.equal({ ...noted, stderr: "" });
    const strict = await place.run("convert", "model.safetensors", "--strict");
    expect([strict.code, strict.stdout]).to.deep.equal([1, ""]);
    expect(strict.stderr).to.contain(text).and.to.contain("\nhint: --vector-column weight");
  });

  it("keeps numbers and ids through safetensors, from a file and from a pipe", async () => {
    place.write("near.csv", "a,0.1,0,1e-300\nb,0,1,0.5\n");
    const direct = await place.run("convert", "near.csv");
    expect((await place.run("convert", "near.csv", "-o", "near.safetensors")).stderr).to.equal("");
    expect((await place.run("convert", "near.safetensors")).stdout).to.equal(direct.stdout);
    const piped = place.bash("simcli convert near.csv -f safetensors | simcli convert -");
    expect(piped.stdout).to.equal(direct.stdout);
  });

  it("writes big-ann files with notes about what they cannot hold, and no file for numbers that do not fit", async () => {
    place.write("near.csv", "a,0.1,0.5\nb,0,1\n");
    const rounded = await place.run("convert", "near.csv", "-o", "near.fbin");
    expect([rounded.code, rounded.stderr]).to.deep.equal([
      0,
      "simcli: fbin: rounded 1 of 4 numbers to float32; .npy and .safetensors keep all digits\n" +
        "simcli: fbin: left out the ids, for which it has no place; .safetensors and .parquet keep them\n",
    ]);
    expect((await place.run("convert", "near.fbin")).stdout).to.equal("0.10000000149011612,0.5\n0,1\n");
    const refused = await place.run("convert", "near.csv", "-o", "near.u8bin");
    expect([refused.code, refused.stderr, existsSync(place.path("near.u8bin"))]).to.deep.equal([
      1,
      "simcli: u8bin: row 0, column 0: expected a whole number from 0 to 255, found 0.1\n" +
        "hint: -f fbin holds float32, -f npy float64\n",
      false,
    ]);
    expect(readFileSync(place.path("near.fbin"))).to.have.length(8 + 4 * 4);
  });

  for (const file of ["protocol-4.pkl", "objects.npy"]) {
    it(`converts ${file} with the command of its hint`, async function () {
      if (!hasNumpy) this.skip();
      copy(file);
      const { code, stderr } = await place.run("convert", file);
      expect(code).to.equal(1);
      const command = /^hint: if you trust the file, .*?: (python3 .*)$/m.exec(stderr)?.[1] ?? "exit 9";
      expect(place.bash(command)).to.include({ code: 0, stderr: "" });
      const { stdout } = await place.run("convert", `${file.replace(/\.\w+$/, "")}.npz`);
      const expected = file === "objects.npy" ? "id,0,1,2\na,0,0.25,0.5\nb,0.75,1,1.25\n" : "0,0.25,0.5\n0.75,1,1.25\n";
      expect(stdout).to.equal(expected);
    });
  }
});
