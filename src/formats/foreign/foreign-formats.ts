import { shellWord } from "../../core/shell-word.js";
import { startsWith } from "../first-bytes.js";
import { tablesOf } from "./sqlite-tables.js";

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

/** Returns a filter in Python: statements about the file `a`. */
export const python = (...statements: readonly string[]) =>
  tool(`python3 -c ${shellWord(["import sys", "a = sys.argv[1]", ...statements].join("; "))}`);

const pandas = (reader: string, options = "index=False") =>
  python("import pandas", `pandas.${reader}.to_csv(sys.stdout, ${options})`);

/** All rows and cells of a sheet as they are: pandas would change names that occur twice, and read NA as a missing value. */
const SHEET = pandas("read_excel(a, header=None, dtype=object, keep_default_na=False)", "index=False, header=False");

const SAVE = "np.savez(sys.stdout.buffer, **d)";

/** Makes a header of the names of the attributes. */
const ARFF_TO_CSV =
  'awk \'/^@[Aa]/ { sub(/^[^ \\t]+[ \\t]+/, ""); match($0, /^(\\047[^\\047]*\\047|"[^"]*"|[^ \\t]+)/); ' +
  'n = substr($0, 1, RLENGTH); gsub(/["\\047]/, "", n); h = h s "\\"" n "\\""; s = "," } ' +
  "d && NF && !/^%/ { print } /^@[Dd]/ { print h; d = 1 }'";

/** Returns the filter for a table of a SQLite database. The program sqlite3 writes 15 digits of a number, Python all. */
function sqliteFilter(file: string, head: Uint8Array): string {
  const [table = "TABLE"] = tablesOf(head) ?? [];
  const select = JSON.stringify(`select * from "${table.replaceAll('"', '""')}"`);
  return python(
    "import csv, sqlite3",
    `q = sqlite3.connect(a).execute(${select})`,
    "csv.writer(sys.stdout).writerows([[d[0] for d in q.description], *q])",
  )(file);
}

/** Writes all digits of doubles, as write.csv does not, and row names that are text. */
const rTable = (file: string) =>
  `x <- readRDS(${JSON.stringify(file)}); n <- is.character(attr(x, "row.names")) || !is.null(rownames(x)) && is.matrix(x); ` +
  'x <- as.data.frame(x); x[] <- lapply(x, function(v) if (is.double(v)) ifelse(is.na(v), NA, sprintf("%.17g", v)) else v); ' +
  "write.csv(x, row.names = n)";

/** Returns the name of the first member of a tar archive, as an argument; "" if it is not a file, as behind an extended header. */
function firstMember(head: Uint8Array): string {
  const [name] = Buffer.from(head.subarray(0, 100)).toString("utf8").split("\0");
  return head[156] === 0 || head[156] === 0x30 ? ` ${shellWord(name)}` : "";
}

/** Returns whether a file is of MATLAB 7.3: HDF5 behind 512 bytes, with the dimensions in the reverse order. */
export const isMatlab73 = bytes("MATLAB 7.3 MAT-file");
const isMatlab4 = (head: Uint8Array) =>
  (head[1] === 0 && head[2] === 0 && head[3] === 0) || (head[0] === 0 && head[1] === 0 && head[2] < 20);

const YAML_LINE = /^(?:\s*(?:#.*)?\r?\n)*(?:---|%YAML|-\s+[[{"'\w-].*:|- - |- \[|[\w"'.-]+:(?:\s|$))/;

const LFS_POINTER = "version https://git-lfs";
// Words of GloVe may look like tags, but a number follows them.
const HTML = /^\s*<(?:!doctype\s+html\b|html(?:\s[^>]*=[^>]*)?>|table(?:\s[^>]*=[^>]*)?>)/i;
const XML = /^\s*<\?xml\s+version\s*=/;

/** Returns whether the first bytes are a pointer of Git LFS or a web page, which may have the name of any data file. */
export const isStandIn = (head: Uint8Array): boolean =>
  startsWith(head, LFS_POINTER) || [HTML, XML].some((pattern) => text(pattern)(head.subarray(0, 200)));

export const FOREIGN_FORMATS: readonly ForeignFormat[] = [
  // A block begins with the digits of π.
  { what: "bzip2", matches: both(bytes("BZh"), bytes("1AY&SY", 4)), filter: tool("bzip2 -dc"), onStdin: "bzip2 -dc" },
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
      (startsWith(head, "PK\x03\x04") &&
        (/^(?:\[Content_Types\]\.xml|_rels\/|docProps\/|xl\/)/.test(
          Buffer.from(head.subarray(30, 60)).toString("latin1"),
        ) ||
          /\.xls[xmb]$/.test(name))) ||
      (startsWith(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") && name.endsWith(".xls")),
    filter: SHEET,
  },
  {
    what: "an OpenDocument spreadsheet",
    matches: both(bytes("PK\x03\x04"), named(".ods")),
    filter: SHEET,
  },
  {
    what: "an SQLite database",
    matches: bytes("SQLite format 3\0"),
    filter: sqliteFilter,
  },
  {
    what: "a DuckDB database",
    matches: bytes("DUCK", 8),
    filter: (file) => `duckdb -readonly -csv ${shellWord(file)} ${shellWord("from TABLE")}`,
  },
  {
    what: "a MATLAB file",
    // Version 4 has no mark: its type is a number below 5000.
    matches: (head, name) =>
      startsWith(head, "MATLAB 5.0 MAT-file") || (name.endsWith(".mat") && head.length >= 20 && isMatlab4(head)),
    filter: python(
      "import numpy as np",
      "import scipy.io",
      'd = {k: v.toarray() if hasattr(v, "toarray") else v for k, v in scipy.io.loadmat(a).items() if k[0] != "_"}',
      SAVE,
    ),
  },
  {
    // HDF5 behind a block of text, with the dimensions in the reverse order.
    what: "a MATLAB file",
    matches: isMatlab73,
    filter: python(
      "import h5py",
      "import numpy as np",
      "f = h5py.File(a)",
      // Texts are numbers, too.
      'd = {k: f[k][()].T for k in f if hasattr(f[k], "shape") and f[k].attrs.get("MATLAB_class") != b"char"}',
      SAVE,
    ),
  },
  { what: "a Stata file", matches: both(binary, named(".dta")), filter: pandas("read_stata(a)") },
  { what: "an SPSS file", matches: bytes("$FL2"), filter: pandas("read_spss(a)") },
  {
    what: "a SAS file",
    matches: both(binary, named(".sas7bdat")),
    filter: pandas('read_sas(a, format="sas7bdat", encoding="infer")'),
  },
  {
    what: "an R object",
    matches: both(binary, named(".rds")),
    filter: (file) => `Rscript -e ${shellWord(rTable(file))}`,
  },
  { what: "ORC", matches: both(binary, bytes("ORC")), filter: pandas("read_orc(a)") },
  {
    what: "Avro",
    matches: bytes("Obj\x01"),
    filter: python("import json, fastavro", 'json.dump(list(fastavro.reader(open(a, "rb"))), sys.stdout, default=str)'),
  },
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
    // JSON and tables may have this name, too.
    matches: both(named(".yaml", ".yml"), text(YAML_LINE)),
    filter: python("import json, yaml", "json.dump(yaml.safe_load(open(a)), sys.stdout, default=str)"),
  },
  {
    what: "HTML",
    matches: text(HTML),
    // The longest table. pandas would change the last digits of numbers, and read 1,5 as 15.
    filter: python(
      "import csv, lxml.html",
      't = max(lxml.html.parse(a).iter("table"), key=lambda t: len(list(t.iter("tr"))))',
      'r = [[c.text_content().strip() for c in r if c.tag in ("td", "th")] for r in t.iter("tr")]',
      "csv.writer(sys.stdout).writerows(r)",
    ),
  },
  { what: "XML", matches: text(XML), filter: pandas("read_xml(a, dtype=str)") },
  {
    what: "a faiss index",
    // A mark of four letters, the number of dimensions, and the number of vectors.
    matches: both(binary, text(/^I[xwHvBn][A-Za-z0-9]{2}..\0\0/s)),
    filter: python(
      "import faiss",
      "import numpy as np",
      "i = faiss.read_index(a)",
      "np.save(sys.stdout.buffer, i.reconstruct_n(0, i.ntotal))",
    ),
  },
  {
    what: "a pointer of Git LFS",
    matches: bytes(LFS_POINTER),
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
