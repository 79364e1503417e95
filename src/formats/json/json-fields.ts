import type { ReadOptions } from "../../input/reader.js";

/**
 * Names of fields that hold a vector, rows, or an object with a vector: in records (`embedding`, `vector`, `values`)
 * and in responses of embedding APIs.
 */
export const VECTOR_NAMES: ReadonlySet<string> = new Set(
  "embedding,vector,values,embeddings,vectors,data,predictions,float,base64".split(","),
);
/** Names of ids of requests in batch files, which also name the vectors in the answer. */
const REQUEST_ID_NAMES = ["custom_id", "recordId", "key"];
/** Names of id fields, most likely first. */
export const ID_NAMES: readonly string[] = ["custom_id", "recordId", "id", "_id", "name", "key", "word"];
/** Names of fields that hold the ids of all rows of the same object. */
export const ID_LIST_NAMES: ReadonlySet<string> = new Set(["ids", "rows", "index"]);

/** The rank of an id whose field is only guessed. */
export const GUESSED_RANK = 2 * ID_NAMES.length;

/** The possible contents of a field. */
export interface Role {
  readonly vector: boolean;
  /** The id is the candidate of the lowest rank, {@link GUESSED_RANK} for a guess; null if the field is no candidate. */
  readonly idRank: number | null;
  /** Whether it names the vectors of the whole record. */
  readonly isRequestId: boolean;
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

  /**
   * @param path the path of the vectors, if the names of its fields are not known ones.
   * @param idGuess the field that may be the id of a record without another one.
   */
  constructor(
    { idColumn, labelColumn }: ReadOptions,
    path: string | null,
    private readonly idGuess: string | null,
  ) {
    this.vectorColumn = path ?? undefined;
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
      idRank: this.idRank(key, full, own),
      isRequestId: this.idColumn === undefined ? own === key && REQUEST_ID_NAMES.includes(key) : own === this.idColumn,
      label: own === this.labelColumn,
      leadsToVector: named || leadsTo(full, this.vectorColumn),
      leadsToText: leadsTo(own, this.idColumn) || leadsTo(own, this.labelColumn),
    };
  }

  private idRank(key: string, full: string, own: string): number | null {
    if (this.idColumn !== undefined) return own === this.idColumn ? 0 : null;
    // An id beside a vector in an inner object names it, if the record has none.
    const isBesideVector = this.vectorColumn !== undefined && parentOf(full) === parentOf(this.vectorColumn);
    if (own !== key && !isBesideVector) return null;
    if (key === this.idGuess) return GUESSED_RANK;
    const rank = ID_NAMES.indexOf(key);
    if (rank < 0) return null;
    return own === key ? rank : rank + ID_NAMES.length;
  }
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf(".")));

const leadsTo = (path: string, target: string | undefined) => target?.startsWith(`${path}.`) ?? false;
