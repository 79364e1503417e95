import type { Nearer } from "../core/matrix.js";

/** A row of the corpus that may be a positive of an anchor without a label. */
export interface Suspect {
  readonly anchor: number;
  readonly column: number;
  readonly score: number;
  /** The score of the farthest positive of the anchor. */
  readonly positive: number;
  /** The rule that excluded it; null for a negative. */
  readonly reason: string | null;
}

/** Number of rows that are listed. */
const LISTED = 5;

/** Lists the rows that score best relative to the positive of their anchor. */
export class SuspectList<S extends Suspect = Suspect> {
  readonly list: S[] = [];
  private readonly sign: 1 | -1;

  constructor(nearer: Nearer) {
    this.sign = nearer === "greater" ? 1 : -1;
  }

  add(suspect: S): void {
    const { list } = this;
    if (list.length === LISTED && !this.isBefore(suspect, list[LISTED - 1])) return;
    const place = list.findIndex((other) => this.isBefore(suspect, other));
    list.splice(place < 0 ? list.length : place, 0, suspect);
    if (list.length > LISTED) list.pop();
  }

  /** Whether a suspect is nearer relative to the positive; of equally near ones, the earlier anchor and row comes first. */
  private isBefore(one: Suspect, other: Suspect): boolean {
    const ahead = ({ score, positive }: Suspect) => this.sign * (score - positive);
    return (ahead(one) - ahead(other) || other.anchor - one.anchor || other.column - one.column) > 0;
  }
}
