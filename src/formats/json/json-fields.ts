import type { ReadOptions } from "../../input/reader.js";

/**
 * Names of fields that hold a vector, rows, or an object with a vector: in records (`embedding`, `vector`, `values`)
 * and in responses of embedding APIs.
 */
const VECTOR_NAMES: ReadonlySet<string> = new Set(
  "embedding,vector,values,embeddings,vectors,data,predictions,float".split(","),
);
/** Names of id fields, most likely first. */
const ID_NAMES = ["id", "_id", "name", "key", "word"];
/** Names of fields that hold the ids of all rows of the same object. */
export const ID_LIST_NAMES: ReadonlySet<string> = new Set(["ids", "rows"]);

/** The possible contents of a field. */
export interface Role {
  readonly vector: boolean;
  /** The id is the candidate of the lowest rank; null if the field is no candidate. */
  readonly idRank: number | null;
  readonly label: boolean;
  /** Whether an object in this field may contain a vector; an id or a label. */
  readonly leadsToVector: boolean;
  readonly leadsToText: boolean;
}

/** The location of a field: names joined with dots. */
export interface FieldPath {
  /** From the root of the document; lists add no name. */
  readonly full: string;
  /** From the record of the field. */
  readonly own: string;
}

export const pathTo = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

/** Determines the role of a field from its name. */
export class JsonFields {
  readonly vectorColumn: string | undefined;
  private readonly idColumn: string | undefined;
  readonly labelColumn: string | undefined;

  constructor({ vectorColumn, idColumn, labelColumn }: ReadOptions) {
    this.vectorColumn = vectorColumn;
    this.idColumn = idColumn === undefined ? undefined : String(idColumn);
    this.labelColumn = labelColumn === undefined ? undefined : String(labelColumn);
  }

  /** Whether `--id-column` was given. */
  get requiresId(): boolean {
    return this.idColumn !== undefined;
  }

  /** @param seeks whether a field at this place may hold a vector. */
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
