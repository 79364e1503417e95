import type { SchemaElement, SchemaTree } from "hyparquet";
import type { TypedColumn, TypedColumns } from "../column-roles.js";

/** A column of a Parquet table. */
export interface Column extends TypedColumn {
  /** The names from the root of the schema to the values, as in the chunk metadata. */
  readonly path: readonly string[];
  readonly element: SchemaElement;
  /** The definition level of a value that is not null. */
  readonly valueLevel: number;
  /** The definition level of a list item, null or not. */
  readonly itemLevel: number;
}

/** Returns the columns of a table; those of unsupported types are neither numeric nor text. */
export const columnsOf = (schema: SchemaTree): TypedColumns<Column> => ({
  columns: schema.children.map((top) => columnOf([top])),
  at: (path) => columnAt(schema, path),
  inner: () => innerColumns(schema),
});

function columnAt(schema: SchemaTree, path: string): Column | null {
  const nodes: SchemaTree[] = [];
  let node: SchemaTree | undefined = schema;
  for (const name of path.split(".")) {
    node = node.children.find(({ element }) => element.name === name);
    if (!node) return null;
    nodes.push(node);
  }
  return columnOf(nodes);
}

function innerColumns(schema: SchemaTree): Column[] {
  const below = (nodes: readonly SchemaTree[]): Column[] =>
    nodes[nodes.length - 1].children.flatMap((child) => {
      // A list is not a group of columns.
      if (child.element.repetition_type === "REPEATED") return [];
      const column = columnOf([...nodes, child]);
      return column.isList || column.isNumeric ? [column] : below([...nodes, child]);
    });
  return schema.children.flatMap((top) => below([top]));
}

/** @param named the nodes from the root to the named one. */
function columnOf(named: readonly SchemaTree[]): Column {
  const nodes = [...named];
  for (let node = named[named.length - 1]; node.children.length === 1; node = node.children[0]) {
    nodes.push(node.children[0]);
  }
  const leaf = nodes[nodes.length - 1];
  const isValue = leaf.children.length === 0;
  const repeated = nodes.filter(({ element }) => element.repetition_type === "REPEATED");
  const level = (last: SchemaTree) => {
    const upTo = nodes.slice(0, nodes.indexOf(last) + 1);
    return upTo.filter(({ element }) => element.repetition_type !== "REQUIRED").length;
  };
  const isFlat = nodes.length === named.length && repeated.length === 0;
  return {
    name: named.map(({ element }) => element.name).join("."),
    path: leaf.path,
    element: leaf.element,
    kind: kindOf(leaf, repeated.length, isFlat),
    isList: isValue && repeated.length === 1 && isNumber(leaf.element),
    isNumeric: isValue && isFlat && isNumber(leaf.element),
    isText: isValue && isFlat && isTextual(leaf.element),
    valueLevel: level(leaf),
    itemLevel: repeated.length === 1 ? level(repeated[0]) : 0,
  };
}

function kindOf({ element, children }: SchemaTree, lists: number, isFlat: boolean): string {
  if (lists > 1) return "a list of lists";
  if (children.length > 0 || (lists === 0 && !isFlat)) return "a group of columns";
  const type = element.logical_type?.type ?? element.converted_type ?? element.type ?? "an unknown type";
  return lists === 1 ? `a list of ${type}` : type;
}

/** Returns whether the values are unsigned integers. */
export const isUnsigned = ({ converted_type: converted, logical_type: logical }: SchemaElement): boolean =>
  converted?.startsWith("UINT_") === true || (logical?.type === "INTEGER" && !logical.isSigned);

/** Returns whether the values are half-precision floats, which have no physical type. */
export const isHalf = (element: SchemaElement): boolean =>
  element.type === "FIXED_LEN_BYTE_ARRAY" && element.type_length === 2 && element.logical_type?.type === "FLOAT16";

/** Returns whether the values are decimals, stored as integers or bytes. */
export const isDecimal = ({ converted_type: converted, logical_type: logical }: SchemaElement): boolean =>
  logical ? logical.type === "DECIMAL" : converted === "DECIMAL";

const DECIMAL_TYPES: readonly unknown[] = ["INT32", "INT64", "FIXED_LEN_BYTE_ARRAY", "BYTE_ARRAY"];

function isNumber(element: SchemaElement): boolean {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (type === "FLOAT" || type === "DOUBLE" || isHalf(element)) return true;
  if (isDecimal(element)) return DECIMAL_TYPES.includes(type);
  // Dates and times are stored as integers, but are not numbers.
  const isPlain = (!converted || /^U?INT_/.test(converted)) && (!logical || logical.type === "INTEGER");
  return (type === "INT32" || type === "INT64") && isPlain;
}

/** Returns whether the values are UUIDs, stored as 16 bytes. */
export const isUuid = ({ type, type_length: bytes, logical_type: logical }: SchemaElement): boolean =>
  type === "FIXED_LEN_BYTE_ARRAY" && bytes === 16 && logical?.type === "UUID";

const isTextual = (element: SchemaElement): boolean => isUuid(element) || isString(element);

const isString = ({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean =>
  type === "BYTE_ARRAY" &&
  (!converted || converted === "UTF8" || converted === "ENUM") &&
  (!logical || /^(?:STRING|ENUM)$/.test(logical.type));
