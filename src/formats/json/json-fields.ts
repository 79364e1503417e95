import type { ReadOptions } from "../../input/read-options.js";

/**
 * Names of fields that hold a vector, or rows of their own, or an object that does:
 * records (`embedding`, `vector`, `values`), and the answers of embedding APIs.
 */
const VECTOR_NAMES: ReadonlySet<string> = new Set(
  "embedding,vector,values,embeddings,vectors,data,predictions,float".split(","),
);
/** Fields that hold an id, the likelier first. */
const ID_NAMES = ["id", "_id", "name", "key", "word"];
/** Fields that hold the ids of all the rows beside them. */
export const ID_LIST_NAMES: ReadonlySet<string> = new Set(["ids", "rows"]);

/** What a field of a record may hold. */
export interface Role {
  readonly vector: boolean;
  /** Of two fields that may hold the id, the one of the lower rank does; null where this one does not. */
  readonly idRank: number | null;
  readonly label: boolean;
  /** Whether a vector, or an id or a label, may be in an object here. */
  readonly leadsToVector: boolean;
  readonly leadsToText: boolean;
}

/** Where a field is: names with points between them. */
export interface FieldPath {
  /** From the start of the text; lists on the way have no names. */
  readonly full: string;
  /** From the record that the field is in. */
  readonly own: string;
}

export const pathTo = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

/** Tells the fields of records by their names. */
export class JsonFields {
  readonly vectorColumn: string | undefined;
  private readonly idColumn: string | undefined;
  readonly labelColumn: string | undefined;

  constructor({ vectorColumn, idColumn, labelColumn }: ReadOptions) {
    this.vectorColumn = vectorColumn;
    this.idColumn = idColumn === undefined ? undefined : String(idColumn);
    this.labelColumn = labelColumn === undefined ? undefined : String(labelColumn);
  }

  /** Whether an id has been asked for by name. */
  get asksForId(): boolean {
    return this.idColumn !== undefined;
  }

  /** @param seeks whether a vector may be where the field is. */
  roleOf(key: string, { full, own }: FieldPath, seeks: boolean): Role {
    const named = this.vectorColumn === undefined && seeks && VECTOR_NAMES.has(key);
    return {
      vector: named || full === this.vectorColumn,
      idRank: this.idRank(key, own),
      label: own === this.labelColumn,
      leadsToVector: named || leadsTo(full, this.vectorColumn),
      leadsToText: leadsTo(own, this.idColumn) || leadsTo(own, this.labelColumn),
    };
  }

  private idRank(key: string, own: string): number | null {
    if (this.idColumn !== undefined) return own === this.idColumn ? 0 : null;
    const rank = own === key ? ID_NAMES.indexOf(key) : -1;
    return rank < 0 ? null : rank;
  }
}

const leadsTo = (path: string, target: string | undefined) => target?.startsWith(`${path}.`) ?? false;
