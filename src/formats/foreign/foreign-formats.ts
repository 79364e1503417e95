import { shellWord } from "../../core/shell-word.js";
import { startsWith } from "../first-bytes.js";

/** A format that is recognised only for its error. */
export interface ForeignFormat {
  /** What messages call it. */
  readonly what: string;
  /** @param name the name of the file in lower case, without the extension of gzip or zstd. */
  matches(head: Uint8Array, name: string): boolean;
  /** Returns a shell command that writes its data to stdout; null if no usual program does. */
  filter(file: string, head: Uint8Array): string | null;
  /** The same command for stdin; absent if it needs a file. */
  readonly onStdin?: string;
}

/** Recognises a file by its first bytes. */
const bytes =
  (magic: string, at = 0) =>
  (head: Uint8Array): boolean =>
    startsWith(head, magic, at);

const named =
  (...extensions: readonly string[]) =>
  (_: Uint8Array, name: string): boolean =>
    extensions.some((extension) => name.endsWith(extension));

/** Recognises a text by its beginning. */
const text =
  (pattern: RegExp) =>
  (head: Uint8Array): boolean =>
    pattern.test(Buffer.from(head).toString("latin1"));

const binary = (head: Uint8Array): boolean => head.includes(0);

const both =
  (...conditions: readonly ForeignFormat["matches"][]): ForeignFormat["matches"] =>
  (head, name) =>
    conditions.every((matches) => matches(head, name));

const tool = (command: string) => (file: string) => `${command} ${shellWord(file)}`;

/** Returns a filter in Python: statements about the file `a`, without single quotes. */
export const python = (...statements: readonly string[]) =>
  tool(`python3 -c '${["import sys", "a = sys.argv[1]", ...statements].join("; ")}'`);

const pandas = (reader: string) => python("import pandas", `pandas.${reader}.to_csv(sys.stdout, index=False)`);

const SAVE = "np.savez(sys.stdout.buffer, **d)";

/** Makes a header of the names of the attributes. */
const ARFF_TO_CSV =
  'awk \'/^@[Aa]/ { sub(/^[^ \\t]+[ \\t]+/, ""); match($0, /^(\\047[^\\047]*\\047|"[^"]*"|[^ \\t]+)/); ' +
  'n = substr($0, 1, RLENGTH); gsub(/["\\047]/, "", n); h = h s "\\"" n "\\""; s = "," } ' +
  "d && NF && !/^%/ { print } /^@[Dd]/ { print h; d = 1 }'";

/** Returns the name of the first table whose definition is in the first bytes of an SQLite database. */
function firstTable(head: Uint8Array): string {
  const definition = /CREATE TABLE (?:IF NOT EXISTS )?["'`[]?(\w+)/i.exec(Buffer.from(head).toString("latin1"));
  return definition?.[1] ?? "TABLE";
}

/** Returns the name of the first member of a tar archive, as an argument; "" if it is not a file, as behind an extended header. */
function firstMember(head: Uint8Array): string {
  const [name] = Buffer.from(head.subarray(0, 100)).toString("utf8").split("\0");
  return head[156] === 0 || head[156] === 0x30 ? ` ${shellWord(name)}` : "";
}

export const FOREIGN_FORMATS: readonly ForeignFormat[] = [
  { what: "bzip2", matches: bytes("BZh"), filter: tool("bzip2 -dc"), onStdin: "bzip2 -dc" },
  { what: "xz", matches: bytes("\xfd7zXZ\0"), filter: tool("xz -dc"), onStdin: "xz -dc" },
  { what: "LZ4", matches: bytes("\x04\x22\x4d\x18"), filter: tool("lz4 -dc"), onStdin: "lz4 -dc" },
  {
    what: "a tar archive",
    matches: bytes("ustar", 257),
    filter: (file, head) => `tar -xOf ${shellWord(file)}${firstMember(head)}`,
  },
  {
    what: "an Excel workbook",
    matches: (head, name) =>
      (startsWith(head, "PK\x03\x04") && (startsWith(head, "[Content_Types].xml", 30) || /\.xls[xmb]$/.test(name))) ||
      (startsWith(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") && name.endsWith(".xls")),
    filter: pandas("read_excel(a)"),
  },
  {
    what: "an OpenDocument spreadsheet",
    matches: both(bytes("PK\x03\x04"), named(".ods")),
    filter: pandas("read_excel(a)"),
  },
  {
    what: "an SQLite database",
    matches: bytes("SQLite format 3\0"),
    filter: (file, head) => `sqlite3 -header -csv ${shellWord(file)} ${shellWord(`select * from ${firstTable(head)}`)}`,
  },
  {
    what: "a DuckDB database",
    matches: bytes("DUCK", 8),
    filter: (file) => `duckdb -readonly -csv ${shellWord(file)} ${shellWord("from TABLE")}`,
  },
  {
    what: "a MATLAB file",
    matches: bytes("MATLAB 5.0 MAT-file"),
    filter: python(
      "import numpy as np",
      "import scipy.io",
      'd = {k: v for k, v in scipy.io.loadmat(a).items() if k[0] != "_"}',
      SAVE,
    ),
  },
  {
    // HDF5 behind a block of text, with the dimensions in the reverse order.
    what: "a MATLAB file",
    matches: bytes("MATLAB 7.3 MAT-file"),
    filter: python(
      "import h5py",
      "import numpy as np",
      "f = h5py.File(a)",
      'd = {k: f[k][()].T for k in f if hasattr(f[k], "shape")}',
      SAVE,
    ),
  },
  { what: "a Stata file", matches: both(binary, named(".dta")), filter: pandas("read_stata(a)") },
  { what: "an SPSS file", matches: bytes("$FL2"), filter: pandas("read_spss(a)") },
  { what: "a SAS file", matches: both(binary, named(".sas7bdat")), filter: pandas("read_sas(a)") },
  {
    what: "an R object",
    matches: both(binary, named(".rds")),
    filter: (file) => `Rscript -e ${shellWord(`write.csv(readRDS(${JSON.stringify(file)}), row.names = FALSE)`)}`,
  },
  { what: "ORC", matches: bytes("ORC"), filter: pandas("read_orc(a)") },
  { what: "Avro", matches: bytes("Obj\x01"), filter: () => null },
  {
    what: "ARFF",
    matches: text(/^(?:[ \t]*(?:%[^\n]*)?\r?\n)*[ \t]*@relation[ \t]/i),
    filter: (file) => `${ARFF_TO_CSV} ${shellWord(file)}`,
  },
  {
    what: "MatrixMarket",
    matches: bytes("%%MatrixMarket"),
    filter: python(
      "import numpy as np",
      "import scipy.io",
      "m = scipy.io.mmread(a)",
      'np.save(sys.stdout.buffer, m.toarray() if hasattr(m, "toarray") else m)',
    ),
  },
  {
    what: "YAML",
    matches: named(".yaml", ".yml"),
    filter: python("import json, yaml", "json.dump(yaml.safe_load(open(a)), sys.stdout)"),
  },
  { what: "HTML", matches: text(/^\s*(?:<!doctype html|<html|<table)/i), filter: pandas("read_html(a)[0]") },
  { what: "XML", matches: text(/^\s*<\?xml/), filter: pandas("read_xml(a)") },
  {
    what: "a faiss index",
    matches: both(bytes("Ix"), named(".index", ".faiss", ".idx")),
    filter: python(
      "import faiss",
      "import numpy as np",
      "i = faiss.read_index(a)",
      "np.save(sys.stdout.buffer, i.reconstruct_n(0, i.ntotal))",
    ),
  },
  {
    what: "a pointer of Git LFS",
    matches: bytes("version https://git-lfs"),
    filter: (file) => `git lfs smudge < ${shellWord(file)}`,
  },
  { what: "a GGUF model", matches: bytes("GGUF"), filter: () => null },
  { what: "a PDF document", matches: bytes("%PDF-"), filter: () => null },
  { what: "a PNG picture", matches: bytes("\x89PNG"), filter: () => null },
  { what: "a JPEG picture", matches: bytes("\xff\xd8\xff"), filter: () => null },
];

/** Returns whether a file is of a format that is recognised only for its error. */
export const isForeign = (head: Uint8Array, name: string): boolean => foreignFormat(head, name) !== undefined;

export const foreignFormat = (head: Uint8Array, name: string): ForeignFormat | undefined =>
  FOREIGN_FORMATS.find(({ matches }) => matches(head, name));
