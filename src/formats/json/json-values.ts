import { BYTE, type JsonText } from "./json-text.js";

/** The hint for a list of vectors in the place of one. */
export const TOKENS_HINT = "does each text have a vector for each token? their mean is one vector for each text";

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

/** The texts of an array; of an array of arrays of texts, those of each. */
export interface Texts {
  readonly list: readonly string[] | null;
  readonly lists: readonly (readonly string[])[] | null;
}

/** Reads an array of strings or other scalars, or of arrays of those; both are null if it is empty or has other members. */
export async function texts(text: JsonText, depth: number): Promise<Texts> {
  const list: string[] = [];
  const lists: (readonly string[])[] = [];
  let members = 0;
  text.enter(depth);
  if ((await text.peek()) === BYTE.close) text.take();
  else
    do {
      members++;
      const byte = await text.peek();
      if (byte === BYTE.begin) await text.skip(depth + 1);
      else if (byte === BYTE.open) lists.push((await texts(text, depth + 1)).list ?? []);
      else {
        const member = await scalar(text);
        if (member !== null) list.push(member);
      }
    } while (await text.nextMember(BYTE.close));
  return {
    list: list.length === members && members > 0 ? list : null,
    lists: lists.length === members && members > 0 ? lists : null,
  };
}

/** The start of a value of MongoDB's Extended JSON that is a number. */
export const EXTENDED_NUMBER = /^\{\s*"\$number/;

/** Reads an object of MongoDB's Extended JSON, such as `{"$oid": "…"}` or `{"$numberLong": "7"}`; null for other objects. */
export async function extended(text: JsonText, depth: number): Promise<string | null> {
  let value: string | null = null;
  let members = 0;
  text.enter(depth);
  if ((await text.peek()) === BYTE.end) text.take();
  else
    do {
      members++;
      const isType = /^\$(?:oid|uuid|number(?:Double|Int|Long|Decimal))$/.test(await text.key());
      if (isType && (await text.peek()) === BYTE.quote) value = await text.string();
      else await text.skip(depth + 1);
    } while (await text.nextMember(BYTE.end));
  return members === 1 ? value : null;
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

/** Reads the action of Elasticsearch before a document, and returns its id. */
export async function actionId(text: JsonText, depth: number): Promise<string | null> {
  let id: string | null = null;
  text.enter(depth);
  if ((await text.peek()) === BYTE.end) text.take();
  else
    do {
      const isId = (await text.key()) === "_id";
      const byte = await text.peek();
      if (isId && byte !== BYTE.open && byte !== BYTE.begin) id = await scalar(text);
      else await text.skip(depth + 1);
    } while (await text.nextMember(BYTE.end));
  return id;
}
