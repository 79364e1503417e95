import { BYTE, type JsonText } from "./json-text.js";

/** Moves over a value, and says of what kind it was. */
export async function skipped(text: JsonText, depth: number): Promise<string> {
  const byte = await text.peek();
  if (byte === BYTE.quote) return `"${(await text.string()).slice(0, 20)}"`;
  if (!isNested(byte)) return text.word();
  await text.skip(depth);
  return byte === BYTE.open ? "an array" : "an object";
}

/** A string as it is, another scalar as it is written; null for `null`. */
export async function scalar(text: JsonText): Promise<string | null> {
  if ((await text.peek()) === BYTE.quote) return text.string();
  const word = await text.word();
  return word === "null" ? null : word;
}

/** An array of texts, or null where one of its members is none. */
export async function texts(text: JsonText, depth: number): Promise<readonly string[] | null> {
  const list: string[] = [];
  let isWhole = true;
  text.enter(depth);
  if ((await text.peek()) === BYTE.close) text.take();
  else
    do {
      const member = isNested(await text.peek()) ? await text.skip(depth + 1) : await scalar(text);
      if (typeof member === "string") list.push(member);
      else isWhole = false;
    } while (await text.goesOn(BYTE.close));
  return isWhole && list.length > 0 ? list : null;
}

const isNested = (byte: number) => byte === BYTE.open || byte === BYTE.begin;
