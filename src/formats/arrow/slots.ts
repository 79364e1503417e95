import { type BatchHead, type Field, TYPE } from "./metadata.js";

/** A range of the body of a record batch. */
export interface Region {
  readonly offset: number;
  readonly length: number;
}

/** Where the values of a field are in a record batch. */
export interface Slot {
  /** Number of values. */
  readonly length: number;
  readonly nulls: number;
  /** Its buffers, in the order of the format: the validity bitmap first. */
  readonly buffers: readonly Region[];
}

/** Number of buffers by type; other types have 2, the bitmap and the values. */
const BUFFERS: { readonly [id: number]: number | undefined } = {
  [TYPE.none]: 0,
  [TYPE.null]: 0,
  [TYPE.binary]: 3,
  [TYPE.text]: 3,
  [TYPE.largeBinary]: 3,
  [TYPE.largeText]: 3,
  [TYPE.struct]: 1,
  [TYPE.fixedSizeList]: 1,
  [TYPE.runEndEncoded]: 0,
  [TYPE.listView]: 3,
  [TYPE.largeListView]: 3,
};
/** The bitmap and the indices. */
const DICTIONARY_BUFFERS = 2;
/** The version of unions without a bitmap. */
const VERSION_5 = 4;

/**
 * Returns the slots of the fields of a record batch, whose metadata lists nodes and buffers in the order of the fields.
 *
 * @throws {RangeError} when there are too few of them.
 * @see https://arrow.apache.org/docs/format/Columnar.html#recordbatch-message
 */
export function slotsOf(fields: readonly Field[], batch: BatchHead, version: number): Map<Field, Slot> {
  const slots = new Map<Field, Slot>();
  let [node, buffer, variadic] = [0, 0, 0];
  const visit = (field: Field) => {
    const { type, dictionary } = field;
    let count = buffersOf(field, version);
    const isView = type.id === TYPE.textView || type.id === TYPE.binaryView;
    if (isView && !dictionary) count += batch.variadic[variadic++] ?? 0;
    const found = batch.nodes[node++];
    if (!found || buffer + count > batch.regions.length) {
      throw new RangeError(`no values of the column ${field.name}`);
    }
    slots.set(field, { ...found, buffers: batch.regions.slice(buffer, buffer + count) });
    buffer += count;
    if (!dictionary) type.children.forEach(visit);
  };
  fields.forEach(visit);
  return slots;
}

function buffersOf({ type, dictionary }: Field, version: number): number {
  if (dictionary) return DICTIONARY_BUFFERS;
  if (type.id !== TYPE.union) return BUFFERS[type.id] ?? 2;
  return (version < VERSION_5 ? 1 : 0) + (type.isDense ? 2 : 1);
}
