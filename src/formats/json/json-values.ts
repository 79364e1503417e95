import { BYTE, type JsonText } from "./json-text.js";

/** Skips a value and describes it, for messages. */
export async function skipped(text: JsonText, depth: number): Promise<string> {
  const byte = await text.peek();
  if (byte === BYTE.quote) return `"${(await text.string()).slice(0, 20)}"`;
  if (!isNested(byte)) return text.word();
  await text.skip(depth);
  return byte === BYTE.open ? "an array" : "an object";
}

/** Reads a string, or another scalar as written; null for `null`. */
export async function scalar(text: JsonText): Promise<string | null> {
  if ((await text.peek()) === BYTE.quote) return text.string();
  const word = await text.word();
  return word === "null" ? null : word;
}

/** Reads an object such as `{"$oid": "6c1f"}`, as MongoDB writes ids: the value of its member; null for another object. */
export async function extended(text: JsonText, depth: number): Promise<string | null> {
  let value: string | null = null;
  text.enter(depth);
  if ((await text.peek()) === BYTE.end) text.take();
  else
    do {
      const key = await text.key();
      if (key.startsWith("$") && !isNested(await text.peek())) value = await scalar(text);
      else await text.skip(depth + 1);
    } while (await text.nextMember(BYTE.end));
  return value;
}

/** Reads an array of strings or other scalars; null if it is empty or has other members. */
export async function texts(text: JsonText, depth: number): Promise<readonly string[] | null> {
  const list: string[] = [];
  let isTextOnly = true;
  text.enter(depth);
  if ((await text.peek()) === BYTE.close) text.take();
  else
    do {
      const member = isNested(await text.peek()) ? await text.skip(depth + 1) : await scalar(text);
      if (typeof member === "string") list.push(member);
      else isTextOnly = false;
    } while (await text.nextMember(BYTE.close));
  return isTextOnly && list.length > 0 ? list : null;
}

const isNested = (byte: number) => byte === BYTE.open || byte === BYTE.begin;

/** Reads the value of a member called `error`: its text, or the text of its member `message`; null if there is no error. */
export async function errorIn(text: JsonText, depth: number): Promise<string | null> {
  if ((await text.peek()) !== BYTE.begin) {
    if ((await text.peek()) !== BYTE.open) return scalar(text);
    await text.skip(depth);
    return "a list of errors";
  }
  let message: string | null = null;
  text.enter(depth);
  if ((await text.peek()) === BYTE.end) text.take();
  else
    do {
      const key = await text.key();
      if (isNested(await text.peek())) await text.skip(depth + 1);
      else {
        const value = await scalar(text);
        if (key === "message" || (key === "code" && message === null)) message = value;
      }
    } while (await text.nextMember(BYTE.end));
  return message ?? "an error without a message";
}
