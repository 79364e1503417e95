import { expect } from "chai";
import fc from "fast-check";
import { isForeign } from "#dist/formats/foreign/foreign-formats.js";
import { tablesOf } from "#dist/formats/foreign/sqlite-tables.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { rejection, sourceOf } from "../../input/support.js";

const latin = (text: string) => Buffer.from(text, "latin1");
const tar = (name: string, type: string) =>
  Buffer.concat([Buffer.from(name.padEnd(156, "\0")), Buffer.from(type), Buffer.alloc(100), latin("ustar\0")]);

describe("files of other programs", () => {
  for (const [name, head, what, command] of [
    ["a.csv.bz2", latin("BZh91AY&SY"), "bzip2", "bzip2 -dc a.csv.bz2"],
    ["a b.xz", latin("\xfd7zXZ\0"), "xz", "xz -dc 'a b.xz'"],
    ["a.lz4", latin("\x04\x22\x4d\x18@"), "LZ4", "lz4 -dc a.lz4"],
    ["a.tar", tar("x/a.csv", "0"), "a tar archive", "tar -xOf a.tar x/a.csv"],
    ["a.tar", tar("././@PaxHeader", "x"), "a tar archive", "tar -xOf a.tar"],
    [
      "a.xlsx",
      latin(`PK\x03\x04${"\0".repeat(26)}[Content_Types].xml`),
      "an Excel workbook",
      "pandas.read_excel(a, header=None",
    ],
    ["a.xls", latin("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an Excel workbook", "pandas.read_excel(a, header=None"],
    ["a.ods", latin("PK\x03\x04\0\0mimetype"), "an OpenDocument spreadsheet", "pandas.read_excel(a, header=None"],
    ["a.db", latin("SQLite format 3\0"), "an SQLite database", "select * from"],
    ["a.duckdb", latin("12345678DUCK"), "a DuckDB database", "duckdb -readonly -csv a.duckdb 'from TABLE'"],
    ["a.mat", latin("MATLAB 5.0 MAT-file, Platform"), "a MATLAB file", "scipy.io.loadmat(a)"],
    ["a.mat", latin("MATLAB 7.3 MAT-file, Platform"), "a MATLAB file", "f[k][()].T"],
    ["a.dta", latin("<stata_dta>\0"), "a Stata file", "pandas.read_stata(a)"],
    ["a.sav", latin("$FL2@(#)"), "an SPSS file", "pandas.read_spss(a)"],
    ["a.sas7bdat", Buffer.alloc(32), "a SAS file", "pandas.read_sas(a, format="],
    ["a.rds", latin("X\n\0\0\0\x03"), "an R object", 'readRDS("a.rds")'],
    ["a.orc", latin("ORC\n\0"), "ORC", "pandas.read_orc(a)"],
    ["a.arff", latin("% x\n\n@RELATION iris\n"), "ARFF", "awk "],
    ["a.mtx", latin("%%MatrixMarket matrix array real general\n"), "MatrixMarket", "scipy.io.mmread(a)"],
    ["a.yaml", latin("# c\n- [1, 2]\n"), "YAML", "yaml.safe_load(open(a))"],
    ["a.csv", latin("<!DOCTYPE html><html>"), "HTML", "lxml.html.parse(a)"],
    ["a.xml", latin('<?xml version="1.0"?>'), "XML", "pandas.read_xml(a, dtype=str)"],
    ["a.mat", Buffer.alloc(20), "a MATLAB file", "scipy.io.loadmat(a)"],
    ["a.avro", latin("Obj\x01"), "Avro", "fastavro.reader"],
    [
      "a.fvecs",
      latin("version https://git-lfs.github.com/spec/v1\n"),
      "a pointer of Git LFS",
      "git lfs smudge < a.fvecs",
    ],
    ["a.index", latin("IxF2\x03\0\0\0"), "a faiss index", "faiss.read_index(a)"],
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

  for (const [content, name] of [
    ["ORC,x\n1,2\n", "a.csv"],
    ["<html 0.1 0.2\n<p> 1 2\n", "a.txt"],
    ["1,2\n3,4\n", "a.yaml"],
    ["[[1,2],[3,4]]", "a.yaml"],
    ["-1 2\n3 4\n", "a.yml"],
    ["1,2\n3,4\n", "a.mat"],
    ["BZh,x\na,1\n", "a.csv"],
  ] as const) {
    it(`are not ${JSON.stringify(content)} in ${name}`, async () => {
      expect((await readVectors(sourceOf(content, name))).rows).to.be.greaterThan(0);
    });
  }

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

describe("tablesOf", () => {
  it("returns null for a page that is not whole, or has other pages below", () => {
    const page = Buffer.alloc(512);
    page.writeUInt16BE(1024, 16);
    page[100] = 0x0d;
    expect(tablesOf(page)).to.equal(null);
    page.writeUInt16BE(512, 16);
    expect(tablesOf(page)).to.deep.equal([]);
    page[100] = 0x05;
    expect(tablesOf(page)).to.equal(null);
  });

  it("survives any damage", () => {
    const page = Buffer.alloc(512, 0xff);
    page.writeUInt16BE(512, 16);
    page[100] = 0x0d;
    expect(tablesOf(page)).to.deep.equal([]);
  });
});
