import { escapeControls } from "../output/escape.js";

/** Markup of SVG or HTML, whose texts are escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

/** Attributes of an element; markup is written as it is. */
export type Attributes = { readonly [name: string]: Markup | string | number | undefined };

/** Returns an element. Strings are texts: they are escaped, and their control characters are made visible. */
export function element(name: string, attributes: Attributes, ...children: readonly (Markup | string)[]): Markup {
  const written = Object.entries(attributes).map(([key, value]) =>
    value === undefined ? "" : ` ${key}="${attributeText(value)}"`,
  );
  const content = children.map((child) => (child instanceof Markup ? child.text : escaped(child))).join("");
  return new Markup(
    content === "" ? `<${name}${written.join("")}/>` : `<${name}${written.join("")}>${content}</${name}>`,
  );
}

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
