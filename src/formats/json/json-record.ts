/** The properties that the rows of a list share. */
export interface Group {
  /** The ids, if given beside the list. */
  ids: readonly string[] | null;
  /** The ids of the rows of each list, if the rows are in lists of lists. */
  idLists?: readonly (readonly string[])[] | null;
  /** Whether each row has a field with its index. */
  numbered: boolean;
  /** The id of the request that the rows answer. */
  requestId: string | null;
}

/** Returns the id of a row of a list; a missing id is reported at the end of the list. */
export const idIn = (group: Group | null, index: number) =>
  group?.ids ? (group.ids[index] ?? "") : requestIdIn(group, index);

/** Returns the id of a request for its first vector, and the id with a number for further ones. */
function requestIdIn(group: Group | null, index: number): string | null {
  if (!group || group.requestId === null) return null;
  return index === 0 ? group.requestId : `${group.requestId}/${index}`;
}

/** The parts read so far of an object that holds a vector or a list of rows. */
export interface Record {
  readonly line: number;
  readonly index: number;
  readonly group: Group | null;
  readonly names: string[];
  vectorName: string | null;
  hasRows: boolean;
  id: string | null;
  idRank: number;
  label: string | null;
  /** The value of the label field if it is not a label, for messages. */
  labelFound: string | null;
  ids: readonly string[] | null;
  idLists: readonly (readonly string[])[] | null;
  /** The path of the id, for notes. */
  idPath: string;
  requestId: string | null;
  /** The field of the vector and what it holds, if that is no vector. */
  found: { readonly path: string; readonly value: string } | null;
  /** The id in an action of Elasticsearch, if the object is one. */
  action: { readonly id: string | null } | null;
  /** The message of an error in the place of a vector. */
  error: string | null;
}

/** Returns a record of which nothing has been read. */
export function newRecord(line: number, index: number, group: Group | null): Record {
  return {
    line,
    index,
    group,
    names: [],
    vectorName: null,
    hasRows: false,
    id: null,
    idRank: Number.POSITIVE_INFINITY,
    label: null,
    labelFound: null,
    ids: null,
    idLists: null,
    idPath: "",
    requestId: idIn(group, index) || null,
    found: null,
    action: null,
    error: null,
  };
}
