// Draws what simcli prints on a terminal, in colour, as docs/picture-{dark,light}.svg: npm run picture
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const root = new URL("..", import.meta.url);
const COMMANDS = [
  ["simcli cosine v2.csv v1.csv", ["cosine", "v2.csv", "v1.csv", "-f", "table"]],
  ["simcli cosine v2.csv v1.csv --heatmap", ["cosine", "v2.csv", "v1.csv", "-f", "table", "--heatmap"]],
  ["simcli loss v2.csv v1.csv --margin 0.25", ["loss", "v2.csv", "v1.csv", "-f", "table"]],
];
const THEMES = {
  dark: { ground: "#0d1117", ink: "#e6edf3", green: "#3fb950", red: "#ff7b72" },
  light: { ground: "#ffffff", ink: "#1f2328", green: "#1a7f37", red: "#cf222e" },
};
const ESCAPE = "\u001b[";
const SGR = /(\u001b\[[\d;]*m)/;
const CELL = { width: 8.4, height: 19, margin: 16, font: 14 };

/** The lines of a text with SGR escapes, each a list of pieces with their style. */
function pieces(text) {
  const style = {};
  return text.split("\n").map((line) =>
    line.split(SGR).flatMap((part) => {
      if (!part.startsWith(ESCAPE)) return part === "" ? [] : [{ text: part, ...style }];
      applyCodes(part.slice(2, -1).split(";").map(Number), style);
      return [];
    }),
  );
}

function applyCodes(codes, style) {
  const [code, , r, g, b] = codes;
  if (code === 38) style.ink = `rgb(${r},${g},${b})`;
  else if (code === 48) style.ground = `rgb(${r},${g},${b})`;
  else if (code === 39) delete style.ink;
  else if (code === 49) delete style.ground;
  else if (code === 32) style.ink = "green";
  else if (code === 31) style.ink = "red";
  else if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 22) {
    delete style.bold;
    delete style.dim;
  }
}

const escapeXml = (text) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/ /g, "\u00a0");

function svg(lines, theme) {
  const columns = Math.max(...lines.map((line) => line.reduce((sum, { text }) => sum + text.length, 0)));
  const width = Math.ceil(columns * CELL.width + 2 * CELL.margin);
  const height = lines.length * CELL.height + 2 * CELL.margin;
  const body = lines.flatMap((line, row) => {
    let column = 0;
    return line.map(({ text, ink, ground, bold, dim }) => {
      const x = (CELL.margin + column * CELL.width).toFixed(1);
      const y = CELL.margin + row * CELL.height;
      const span = (text.length * CELL.width).toFixed(1);
      column += text.length;
      const rect = ground ? `<rect x="${x}" y="${y}" width="${span}" height="${CELL.height}" fill="${ground}"/>` : "";
      const fill = theme[ink] ?? ink ?? theme.ink;
      const look = `${bold ? ' font-weight="bold"' : ""}${dim ? ' opacity="0.6"' : ""}`;
      return `${rect}<text x="${x}" y="${y + 14}" textLength="${span}" fill="${fill}"${look}>${escapeXml(text)}</text>`;
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${CELL.font}">
<title>simcli cosine, its heatmap and simcli loss on the notebook's two batches of vectors</title>
<rect width="${width}" height="${height}" rx="8" fill="${theme.ground}"/>
${body.join("\n")}
</svg>
`;
}

const bin = new URL("bin/simcli.js", root).pathname;
const cwd = new URL("fixtures/notebook/", root).pathname;
const env = { ...process.env, COLORTERM: "truecolor", COLUMNS: "80" };
const text = COMMANDS.map(([typed, args]) => {
  const shown = execFileSync(process.execPath, [bin, ...args, "--color", "always"], { cwd, env, encoding: "utf8" });
  return `\x1b[2m$\x1b[22m ${typed}\n${shown}`;
}).join("\n");

/** Writes a file, or checks that it is up to date. */
function keep(name, drawn) {
  const file = new URL(`docs/${name}`, root);
  if (process.argv[2] !== "--check") writeFileSync(file, drawn);
  else if (readFileSync(file, "utf8") !== drawn) throw new Error(`${file.pathname} is out of date: npm run picture`);
}

for (const [name, theme] of Object.entries(THEMES)) keep(`picture-${name}.svg`, svg(pieces(text.trimEnd()), theme));

// The heatmap of the page about pictures: images of digits, sorted by digit.
const [header, ...rows] = readFileSync(new URL("fixtures/digits/a.csv", root), "utf8").trimEnd().split("\n");
const digitOf = (row) => Number(row.split(",")[1]);
const sorted = [header, ...rows.sort((a, b) => digitOf(a) - digitOf(b))].join("\n");
const matrix = ["cosine", "-", "--labels", "label", "-f", "svg"];
keep("matrix.svg", execFileSync(process.execPath, [bin, ...matrix], { input: sorted, encoding: "utf8" }));

// Charts of the same page.
const charts = (file, ...args) =>
  keep(file, execFileSync(process.execPath, [bin, ...args, "-f", "svg"], { cwd: root.pathname, encoding: "utf8" }));
charts("losses.svg", "loss", "fixtures/notebook/v2.csv", "fixtures/notebook/v1.csv");
charts("evaluation.svg", "eval", "fixtures/digits/a.csv", "--labels", "label", "-k", "1,2,5,10");
