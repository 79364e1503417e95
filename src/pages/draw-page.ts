import { createHash } from "node:crypto";
import { drawPanel, PANEL_WIDTH } from "../pictures/draw-panel.js";
import { html, Markup } from "../pictures/markup.js";
import { drawLoss } from "./loss-view.js";
import { drawMatrix } from "./matrix-view.js";
import type { Block, Drawn, Page, Section } from "./page.js";
import { drawTable } from "./table.js";

/** The script and the style of pages. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * Draws a page as HTML. It loads nothing, and its Content-Security-Policy allows only its own script and style, by their hashes.
 * All texts are escaped; the data of the script are JSON without `<`.
 */
export function drawPage({ title, facts, command, version, sections }: Page, { script, style }: PageAssets): string {
  const data: unknown[] = [];
  const drawn = sections.map((section, i) => drawSection(section, `s${i}`, data));
  const policy =
    `default-src 'none'; img-src data:; script-src ${hashOf(script)}; style-src ${hashOf(style)}; ` +
    "base-uri 'none'; form-action 'none'";
  const contents = sections.map((section, i) => html("li", {}, html("a", { href: `#s${i}` }, section.title)));
  const page = html(
    "html",
    { lang: "en" },
    html(
      "head",
      {},
      html("meta", { charset: "utf-8" }),
      html("meta", { "http-equiv": "Content-Security-Policy", content: policy }),
      html("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      html("meta", { name: "color-scheme", content: "light dark" }),
      html("title", {}, title),
      html("style", {}, new Markup(style)),
    ),
    html(
      "body",
      {},
      html(
        "header",
        {},
        html("h1", {}, title),
        ...facts.map((fact) => html("p", {}, fact)),
        html("nav", { "aria-label": "Sections" }, html("ul", {}, ...contents)),
      ),
      html("main", {}, ...drawn),
      html("footer", {}, html("p", {}, `Written by simcli ${version}:`), drawCommand(command)),
      html("script", { type: "application/json", id: "data" }, new Markup(jsonOf(data))),
      html("script", {}, new Markup(script)),
    ),
  );
  return `<!doctype html>\n${page.text}\n`;
}

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Returns JSON that cannot end its script element. */
const jsonOf = (data: unknown): string => JSON.stringify(data).replaceAll("<", "\\u003c");

function drawSection({ title, blocks }: Section, id: string, data: unknown[]): Markup {
  const heading = html("h2", { id: `${id}-title` }, title);
  const drawn = blocks.map((block) => drawBlock(block, data));
  return html("section", { id, "aria-labelledby": `${id}-title` }, heading, ...drawn);
}

function drawBlock(block: Block, data: unknown[]): Markup {
  switch (block.kind) {
    case "text":
      return html("p", {}, block.text);
    case "list":
      return html(
        "ul",
        { class: block.isWarning ? "warnings" : undefined },
        ...block.items.map((item) => html("li", {}, item)),
      );
    case "table":
      return drawTable(block.table);
    case "charts":
      return html(
        "div",
        { class: "charts" },
        ...block.panels.map((panel) =>
          html("div", {}, html("h3", {}, panel.title), drawPanel(panel, PANEL_WIDTH, { hasTitle: false }).markup),
        ),
      );
    case "matrix":
      return withData(drawMatrix(block.view), "matrix", data);
    case "loss":
      return block.isFixed ? drawLoss(block.view).markup : withData(drawLoss(block.view), "loss", data);
    case "command":
      return drawCommand(block.command);
    case "columns":
      return html(
        "div",
        { class: "columns" },
        ...block.columns.map(({ title, blocks }) =>
          html("div", {}, html("h3", {}, title), ...blocks.map((each) => drawBlock(each, data))),
        ),
      );
  }
}

/** Names the data of a block by their number. */
function withData({ markup, data: own }: Drawn, kind: string, data: unknown[]): Markup {
  data.push(own);
  return html("div", { "data-kind": kind, "data-number": data.length - 1 }, markup);
}

const drawCommand = (command: string): Markup =>
  html("pre", { class: "command", tabindex: 0 }, html("code", {}, `$ ${command}`));
