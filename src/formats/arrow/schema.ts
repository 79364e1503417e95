import type { TypedColumn, TypedColumns } from "../column-roles.js";
import { type DataType, type Field, type Schema, TYPE } from "./metadata.js";

/** A column of an Arrow table. */
export interface Column extends TypedColumn {
  /** The field of the column itself, inside the structs of `parents`. */
  readonly field: Field;
  readonly parents: readonly Field[];
}

const NAMES: { readonly [id: number]: string | undefined } = {
  1: "null",
  4: "binary",
  5: "utf8",
  6: "bool",
  8: "date",
  9: "time",
  10: "timestamp",
  11: "interval",
  13: "a group of columns",
  14: "union",
  15: "fixed-size binary",
  17: "map",
  18: "duration",
  19: "large binary",
  20: "large utf8",
  22: "run-end encoded",
  23: "binary view",
  24: "utf8 view",
  25: "list view",
  26: "large list view",
};

const LISTS: readonly number[] = [TYPE.list, TYPE.largeList, TYPE.fixedSizeList];
const TEXTS: readonly number[] = [TYPE.text, TYPE.largeText, TYPE.textView];
const NUMBERS: readonly number[] = [TYPE.int, TYPE.float, TYPE.decimal];

/** Returns the columns of a table; those of unsupported types are neither numeric nor text. */
export function columnsOf({ fields }: Schema): TypedColumns<Column> {
  return {
    columns: fields.map((field) => columnOf([field])),
    at(path) {
      const found: Field[] = [];
      let inside: readonly Field[] = fields;
      for (const name of path.split(".")) {
        const field = inside.find((candidate) => candidate.name === name);
        if (!field) return null;
        found.push(field);
        inside = fieldsOf(field);
      }
      return columnOf(found);
    },
    inner() {
      const below = (parents: readonly Field[]): Column[] =>
        fieldsOf(parents[parents.length - 1]).flatMap((child) => {
          const column = columnOf([...parents, child]);
          return column.isList || column.isNumeric ? [column] : below([...parents, child]);
        });
      return fields.flatMap((field) => below([field]));
    },
  };
}

/** Returns the columns of a group. */
const fieldsOf = ({ type }: Field): readonly Field[] => (type.id === TYPE.struct ? type.children : []);

/** Returns the field of the items of a list; null for another type. */
function itemsOf({ id, children }: DataType): Field | null {
  return (LISTS.includes(id) && children[0]) || null;
}

/** @param fields the fields from that of the table to the column. */
function columnOf(fields: readonly Field[]): Column {
  const field = fields[fields.length - 1];
  const { id } = field.type;
  const items = field.dictionary ? null : itemsOf(field.type);
  return {
    name: fields.map(({ name }) => name).join("."),
    kind: kindOf(field),
    isList: items !== null && !items.dictionary && NUMBERS.includes(items.type.id),
    isNumeric: NUMBERS.includes(id),
    isText: TEXTS.includes(id),
    field,
    parents: fields.slice(0, -1),
  };
}

function kindOf({ type, dictionary }: Field): string {
  if (dictionary) return `dictionary of ${kindOf({ name: "", type, dictionary: null })}`;
  const items = itemsOf(type);
  if (items) return itemsOf(items.type) ? "a list of lists" : `a list of ${kindOf(items)}`;
  switch (type.id) {
    case TYPE.int:
      return `${type.isSigned ? "" : "u"}int${type.bits}`;
    case TYPE.float:
      return `float${type.bits}`;
    case TYPE.decimal:
      return `decimal${type.bits}`;
    default:
      return NAMES[type.id] ?? `type ${type.id}`;
  }
}
