/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * Parses the values of a JSON text, or of JSON Lines, that may be cut anywhere: arrays and objects that are not complete keep their
 * first members. At invalid JSON the values before it are returned.
 */
export function topLevelValues(text: string): Json[] {
  const values: Json[] = [];
  const parser = new HeadParser(text);
  try {
    for (;;) parser.value(parser.token(), 0, (value) => values.push(value));
  } catch (error) {
    if (!(error instanceof EndOfHead)) throw error;
  }
  return values;
}

class EndOfHead extends Error {}

const MAX_DEPTH = 50;

interface Token {
  readonly quoted: string | undefined;
  readonly word: string | undefined;
  readonly mark: string | undefined;
}

class HeadParser {
  private readonly pattern =
    /\s*(?:"((?:[^"\\]|\\.)*)"|(-?(?:Infinity|NaN|[\d.][\d.eE+-]*)|true|false|null)|([[\]{},:]))/y;

  constructor(private readonly text: string) {
    this.pattern.lastIndex = text.startsWith("\uFEFF") ? 1 : 0;
  }

  token(): Token {
    const found = this.pattern.exec(this.text);
    if (!found) throw new EndOfHead();
    const [, quoted, word, mark] = found;
    // A number at the end may be longer in the file.
    if (word !== undefined && this.pattern.lastIndex === this.text.length) throw new EndOfHead();
    return { quoted, word, mark };
  }

  /** @param keep receives the value before it is complete. */
  value(token: Token, depth: number, keep: (value: Json) => void): void {
    if (depth > MAX_DEPTH) throw new EndOfHead();
    if (token.mark === "[") {
      const list: Json[] = [];
      keep(list);
      this.members("]", (member) => this.value(member, depth + 1, (value) => list.push(value)));
    } else if (token.mark === "{") {
      const object = Object.create(null) as { [name: string]: Json };
      keep(object);
      this.members("}", (member) => {
        if (member.quoted === undefined || this.token().mark !== ":") throw new EndOfHead();
        const name = member.quoted;
        this.value(this.token(), depth + 1, (value) => {
          object[name] = value;
        });
      });
    } else if (token.mark === undefined) keep(scalarOf(token));
    else throw new EndOfHead();
  }

  private members(end: string, read: (member: Token) => void): void {
    for (let member = this.token(); member.mark !== end; member = this.token()) {
      if (member.mark !== ",") read(member);
    }
  }
}

function scalarOf({ quoted, word }: Token): Json {
  if (quoted !== undefined) return quoted;
  if (word === "true" || word === "false") return word === "true";
  return word === "null" ? null : Number(word);
}
