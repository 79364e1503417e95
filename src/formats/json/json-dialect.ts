import { MalformedError } from "../../core/errors.js";
import { shellWord } from "../../core/shell-word.js";
import type { Source } from "../../input/source.js";
import { topLevelValues } from "./json-head.js";
import { isVector } from "./json-paths.js";
import { TOKENS_HINT } from "./json-values.js";

const PYTHON = /^(?:'|\(|None|True|False|-?nan|-?inf)$/;
/** Objects that Python prints and `ast.literal_eval` does not read. */
const PYTHON_CALL = /\b(?:array|tensor|ObjectId|UUID|datetime\.\w+|Timestamp|Decimal|np\.\w+)\(/;

const LITERAL = "import ast, json, sys; json.dump(ast.literal_eval(sys.stdin.read().strip()), sys.stdout)";
const LITERAL_LINES =
  "import ast, json, sys; [print(json.dumps(ast.literal_eval(line.strip()))) for line in sys.stdin if line.strip()]";
/** Reads the names `nan` and `inf` as numbers, which `literal_eval` does not know. */
const NAMES = 'names = type("N", (ast.NodeTransformer,), {"visit_Name": lambda self, n: ast.Constant(float(n.id))})()';
const withNames = (script: string) =>
  script
    .replace("sys;", `sys; ${NAMES};`)
    .replace(/literal_eval\((.*?\.strip\(\))\)/, 'literal_eval(names.visit(ast.parse($1, mode="eval")))');

/** Removes comments, then commas before a closing bracket; strings and numbers stay as they are. */
const STRICT =
  "import re, sys; " +
  String.raw`without = lambda p, s: re.sub(r"(\"(?:\\.|[^\"\\])*\")|" + p, r"\1", s); ` +
  String.raw`print(without(r",(?=\s*[\]}])", without(r"//.*|/\*[\s\S]*?\*/|#.*", sys.stdin.read())))`;

const MEAN =
  "import json, sys; json.dump([[sum(c) / len(c) for c in zip(*t)] for t in json.load(sys.stdin)], sys.stdout)";
const MEAN_NESTED = MEAN.replace("for t in json.load(sys.stdin)", "for one in json.load(sys.stdin) for t in one");

/**
 * Returns an error of a JSON text with a hint for what the text is: a Python literal, JSON with comments or trailing commas, or a list
 * of token vectors. The hint has a filter that converts it.
 *
 * @param start the first bytes of the text.
 */
export function withConverter(error: MalformedError, start: string, { name, packed }: Source): MalformedError {
  const [hint, command] = adviceFor(error, start) ?? [];
  if (hint === undefined) return error;
  const unpack = packed?.by === "gzip" ? "gzip -dc" : packed?.by ? "zstd -dc" : null;
  if (command === undefined) return new MalformedError(error.faults, error.total, hint);
  const file = shellWord(name);
  const whole = unpack === null ? `${command} < ${file}` : `${unpack} ${file} | ${command}`;
  return new MalformedError(error.faults, error.total, hint, {
    filter: { file: name, command: whole, onStdin: command },
  });
}

type Advice = readonly [hint: string, command?: string];

const python = (script: string) => `python3 -c ${shellWord(script)}`;

function adviceFor({ message, hint }: MalformedError, start: string): Advice | null {
  if (hint === TOKENS_HINT) return tokensAdvice(start);
  const [, expected, found, offset] = /expected (.*), found "(.*)" at byte offset (\d+)$/s.exec(message) ?? [];
  if (found === undefined) return null;
  const isMember = expected === "a JSON value" || expected === "a name in quotes";
  const isIntegerKey = expected === "a name in quotes" && /^-?\d+$/.test(found);
  if (PYTHON.test(found) || isIntegerKey) return pythonAdvice(start);
  const isComment = found === "/" || found === "#";
  if (isComment || (isMember && /^[\]}]$/.test(found) && isAfterComma(start, Number(offset)))) {
    const what = isComment ? "JSON has no comments" : "JSON has no comma before a closing bracket";
    return [`${what}; this removes ${isComment ? "them" : "it"}`, python(STRICT)];
  }
  if (isMember && /^[A-Za-z_$.+]/.test(found) && found !== "NaN")
    return ["if it is JSON5, this writes it as JSON", "npx -y json5"];
  return null;
}

/** Returns whether the byte before an offset is a comma, apart from blanks; bytes that are not in `start` are not examined. */
function isAfterComma(start: string, offset: number): boolean {
  const before = Buffer.from(start).subarray(0, offset).toString().trimEnd();
  return offset > Buffer.byteLength(start) || before.endsWith(",");
}

function pythonAdvice(start: string): Advice {
  if (PYTHON_CALL.test(start))
    return ["it is Python, not JSON: write it with json.dump, with arrays as lists (tolist)"];
  const [first, second = ""] = start.split("\n").filter((line) => line.trim() !== "");
  const isLines = /[\]})]\s*$/.test(first) && second.trimStart()[0] === first.trimStart()[0];
  const script = isLines ? LITERAL_LINES : LITERAL;
  return [
    "it is Python, not JSON; this converts it",
    python(/\b(?:nan|inf)\b/.test(start) ? withNames(script) : script),
  ];
}

function tokensAdvice(start: string): Advice {
  const [first, ...others] = topLevelValues(start);
  const hint = "if each text has a vector for each token, their mean is one vector for each text";
  const third = others.length === 0 && Array.isArray(first) && Array.isArray(first[0]) ? first[0][0] : null;
  if (third === null || third === undefined) return [hint];
  if (isVector(third)) return [hint, python(MEAN)];
  return Array.isArray(third) && third[0] !== undefined && isVector(third[0]) ? [hint, python(MEAN_NESTED)] : [hint];
}
