import { expect } from "chai";
import fc from "fast-check";
import { isForeign } from "#dist/formats/foreign/foreign-formats.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { rejection, sourceOf } from "../../input/support.js";

const latin = (text: string) => Buffer.from(text, "latin1");
const tar = (name: string, type: string) =>
  Buffer.concat([Buffer.from(name.padEnd(156, "\0")), Buffer.from(type), Buffer.alloc(100), latin("ustar\0")]);

describe("files of other programs", () => {
  for (const [name, head, what, command] of [
    ["a.csv.bz2", latin("BZh91AY"), "bzip2", "bzip2 -dc a.csv.bz2"],
    ["a b.xz", latin("\xfd7zXZ\0"), "xz", "xz -dc 'a b.xz'"],
    ["a.lz4", latin("\x04\x22\x4d\x18@"), "LZ4", "lz4 -dc a.lz4"],
    ["a.tar", tar("x/a.csv", "0"), "a tar archive", "tar -xOf a.tar x/a.csv"],
    ["a.tar", tar("././@PaxHeader", "x"), "a tar archive", "tar -xOf a.tar"],
    ["a.xlsx", latin(`PK\x03\x04${"\0".repeat(26)}[Content_Types].xml`), "an Excel workbook", "pandas.read_excel(a)"],
    ["a.xls", latin("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an Excel workbook", "pandas.read_excel(a)"],
    ["a.ods", latin("PK\x03\x04\0\0mimetype"), "an OpenDocument spreadsheet", "pandas.read_excel(a)"],
    [
      "a.db",
      latin("SQLite format 3\0…CREATE TABLE items(a, b)"),
      "an SQLite database",
      "sqlite3 -header -csv a.db 'select * from items'",
    ],
    ["a.duckdb", latin("12345678DUCK"), "a DuckDB database", "duckdb -readonly -csv a.duckdb 'from TABLE'"],
    ["a.mat", latin("MATLAB 5.0 MAT-file, Platform"), "a MATLAB file", "scipy.io.loadmat(a)"],
    ["a.mat", latin("MATLAB 7.3 MAT-file, Platform"), "a MATLAB file", "f[k][()].T"],
    ["a.dta", latin("<stata_dta>\0"), "a Stata file", "pandas.read_stata(a)"],
    ["a.sav", latin("$FL2@(#)"), "an SPSS file", "pandas.read_spss(a)"],
    ["a.sas7bdat", Buffer.alloc(32), "a SAS file", "pandas.read_sas(a)"],
    ["a.rds", latin("X\n\0\0\0\x03"), "an R object", `Rscript -e 'write.csv(readRDS("a.rds"), row.names = FALSE)'`],
    ["a.orc", latin("ORC\n"), "ORC", "pandas.read_orc(a)"],
    ["a.arff", latin("% x\n\n@RELATION iris\n"), "ARFF", "awk "],
    ["a.mtx", latin("%%MatrixMarket matrix array real general\n"), "MatrixMarket", "scipy.io.mmread(a)"],
    ["a.yaml", latin("- [1, 2]\n"), "YAML", "yaml.safe_load(open(a))"],
    ["a.csv", latin("<!DOCTYPE html><html>"), "HTML", "pandas.read_html(a)[0]"],
    ["a.xml", latin('<?xml version="1.0"?>'), "XML", "pandas.read_xml(a)"],
    ["a.faiss", latin("IxF2\x03\0\0\0"), "a faiss index", "faiss.read_index(a)"],
    ["a.npy", latin("version https://git-lfs.github.com/spec/v1\n"), "a pointer of Git LFS", "git lfs smudge < a.npy"],
  ] as const) {
    it(`are refused with the command that reads them: ${what} in ${name}`, async () => {
      const error = await rejection(readVectors(sourceOf(head, name)));
      expect(error.message).to.equal(`${name}: expected a format that simcli reads, found ${what}`);
      expect(error.filter?.file).to.equal(name);
      expect(error.filter?.command).to.contain(command);
    });
  }

  it("are named, where no usual program converts them", async () => {
    const error = await rejection(readVectors(sourceOf(latin("%PDF-1.5"), "a.csv")));
    expect([error.message, error.hint]).to.deep.equal([
      "a.csv: expected a format that simcli reads, found a PDF document",
      undefined,
    ]);
  });

  it("are never tables of numbers", () => {
    const cell = fc.oneof(fc.double().map(String), fc.stringMatching(/^[a-z]{0,8}$/));
    const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 });
    const name = fc.constantFrom("a.csv", "a.tsv", "a.txt", "a.json", "a.dta", "a.rds", "a.index");
    fc.assert(
      fc.property(rows, fc.constantFrom(",", "\t", ";"), name, (table, delimiter, file) => {
        const text = Buffer.from(`${table.map((row) => row.join(delimiter)).join("\n")}\n`);
        expect(isForeign(text, file)).to.equal(false);
      }),
      { numRuns: 1000 },
    );
  });
});
