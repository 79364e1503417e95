import { escapeControls } from "../output/escape.js";

/** Markup of SVG or HTML, whose texts are escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

/** Attributes of an element; markup is written as it is. */
export type Attributes = { readonly [name: string]: Markup | string | number | undefined };

/** Returns an element. Strings are texts: they are escaped, and their control characters are made visible. */
export function element(name: string, attributes: Attributes, ...children: readonly (Markup | string)[]): Markup {
  const [start, content] = [startOf(name, attributes), contentOf(children)];
  return new Markup(content === "" ? `<${start}/>` : `<${start}>${content}</${name}>`);
}

/** Elements of HTML that have no content and no end tag. */
const EMPTY: ReadonlySet<string> = new Set(["br", "hr", "img", "input", "meta"]);

/** Returns an element of HTML, whose texts are escaped as those of {@link element}. */
export function html(name: string, attributes: Attributes, ...children: readonly (Markup | string)[]): Markup {
  const start = `<${startOf(name, attributes)}>`;
  return new Markup(EMPTY.has(name) ? start : `${start}${contentOf(children)}</${name}>`);
}

const startOf = (name: string, attributes: Attributes): string =>
  Object.entries(attributes).reduce(
    (start, [key, value]) => (value === undefined ? start : `${start} ${key}="${attributeText(value)}"`),
    name,
  );

const contentOf = (children: readonly (Markup | string)[]): string =>
  children.map((child) => (child instanceof Markup ? child.text : escaped(child))).join("");

/** Returns elements one after the other. */
export const group = (parts: Iterable<Markup>): Markup => new Markup([...parts].map(({ text }) => text).join(""));

function attributeText(value: Markup | string | number): string {
  if (value instanceof Markup) return value.text;
  return typeof value === "number" ? shortNumber(value) : escaped(value);
}

const ENTITIES: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => escapeControls(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);

/** A coordinate in pixels does not need more than two decimals. */
const shortNumber = (value: number): string => String(Math.round(value * 100) / 100);
