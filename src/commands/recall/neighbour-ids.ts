/** Ids that are no whole numbers are numbered from here on, above all row numbers. */
const FIRST_TEXT = 2 ** 52;

/** Numbers the ids of neighbours, the same in all files: whole numbers are themselves, any other text gets a number of its own. */
export class NeighbourIds {
  private readonly texts = new Map<string, number>();

  numberOf(id: string | number): number {
    if (typeof id === "number") return id;
    // Only the canonical form of a number is accepted: an id such as 01 is not row 1.
    if (/^(?:0|-?[1-9]\d{0,14})$/.test(id)) return Number(id);
    const known = this.texts.get(id);
    if (known !== undefined) return known;
    const number = FIRST_TEXT + this.texts.size;
    this.texts.set(id, number);
    return number;
  }

  /** Returns an id as text. */
  textOf(number: number): string {
    if (number < FIRST_TEXT) return String(number);
    return [...this.texts.keys()][number - FIRST_TEXT];
  }
}

/** Whether a number stands for a text. */
export const isText = (number: number): boolean => number >= FIRST_TEXT;
