/**
 * scaling.svg: what a unit of work costs as the work grows, a panel a curve, both axes logarithmic. A level line is cost in
 * proportion to the work. Colours follow the reader's light or dark.
 */
export function scalingChart(curves) {
  const width = curves.length * panel.width;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${panel.height}" width="${width}" height="${panel.height}" role="img" aria-label="Cost of a unit of work as the work grows">
<style>${style}</style>
<rect class="paper" width="${width}" height="${panel.height}" rx="6"/>
${curves.map((curve, index) => `<g transform="translate(${index * panel.width} 0)">\n${drawPanel(curve)}\n</g>`).join("\n")}
</svg>
`;
}

const panel = { width: 420, height: 300, left: 62, right: 72, top: 44, bottom: 52 };

const style = `
text { font: 12px system-ui, sans-serif; fill: #57606a }
.head { font-size: 13px; font-weight: 600; fill: #1f2328 }
.paper { fill: #ffffff }
.grid { stroke: #d8dee4 }
.line { fill: none; stroke-width: 2 }
.s0 { stroke: #0550ae } .s1 { stroke: #bc4c00 }
circle.s0 { fill: #0550ae } circle.s1 { fill: #bc4c00 } text.s0 { fill: #0550ae; stroke: none } text.s1 { fill: #bc4c00; stroke: none }
@media (prefers-color-scheme: dark) {
text { fill: #9198a1 } .head { fill: #f0f6fc } .paper { fill: #0d1117 } .grid { stroke: #30363d }
.s0 { stroke: #58a6ff } .s1 { stroke: #f0883e }
circle.s0 { fill: #58a6ff } circle.s1 { fill: #f0883e } text.s0 { fill: #58a6ff } text.s1 { fill: #f0883e }
}
`;

function drawPanel({ axis, unit, lines }) {
  const series = lines.map(({ name, points }) => ({
    name,
    points: points.filter(({ cost }) => cost !== null && cost > 0),
  }));
  const all = series.flatMap(({ points }) => points);
  if (all.length === 0) return `<text x="${panel.left}" y="${panel.top}">${unit}: not measured</text>`;
  const x = logScale(
    all.map((point) => point.x),
    panel.left,
    panel.width - panel.right,
  );
  const y = logScale(decades(all.map(({ cost }) => cost)), panel.height - panel.bottom, panel.top);
  return [
    `<text class="head" x="${panel.left}" y="24">${unit}</text>`,
    ...ticks(y.from, y.to).map((value) => horizontal(value, y(value))),
    ...[...new Set(all.map((point) => point.x))].map((value) => below(value, x(value))),
    `<text x="${(panel.left + panel.width - panel.right) / 2}" y="${panel.height - 12}" text-anchor="middle">${axis}</text>`,
    ...series.map((line, index) => drawLine(line, index, x, y)),
  ].join("\n");
}

/** Maps from the least to the largest value to two places on the page, by logarithm. */
function logScale(values, start, end) {
  const from = Math.min(...values);
  const to = Math.max(...values);
  const span = Math.log(to / from) || 1;
  return Object.assign((value) => round(start + ((end - start) * Math.log(value / from)) / span), { from, to });
}

/** The whole powers of ten around some values, so that a flat curve looks flat. */
const decades = (values) => [
  10 ** Math.floor(Math.log10(Math.min(...values))),
  10 ** Math.ceil(Math.log10(Math.max(...values) * 1.01)),
];

function ticks(from, to) {
  const powers = [];
  for (let power = Math.round(Math.log10(from)); power <= Math.round(Math.log10(to)); power++) powers.push(10 ** power);
  return powers;
}

const horizontal = (value, at) =>
  `<path class="grid" d="M${panel.left} ${at}H${panel.width - panel.right}"/><text x="${panel.left - 8}" y="${at + 4}" text-anchor="end">${Number(value.toPrecision(1))}</text>`;

const below = (value, at) =>
  `<text x="${at}" y="${panel.height - panel.bottom + 18}" text-anchor="middle">${value.toLocaleString("en")}</text>`;

function drawLine({ name, points }, index, x, y) {
  if (points.length === 0) return "";
  const places = points.map((point) => [x(point.x), y(point.cost)]);
  const [lastX, lastY] = places.at(-1);
  return [
    `<path class="line s${index}" d="M${places.map((place) => place.join(" ")).join("L")}"/>`,
    ...places.map(([cx, cy]) => `<circle class="s${index}" cx="${cx}" cy="${cy}" r="3"/>`),
    `<text class="s${index}" x="${lastX + 8}" y="${lastY + 4}">${name}</text>`,
  ].join("\n");
}

const round = (value) => Math.round(value * 10) / 10;
