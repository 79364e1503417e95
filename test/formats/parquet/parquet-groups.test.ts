import { expect } from "chai";
import type { SchemaElement } from "hyparquet";
import { DataError } from "#dist/core/errors.js";
import type { ReadOptions } from "#dist/input/reader.js";
import { readVectors } from "#dist/reading/read-vectors.js";
import { sourceOf } from "../../input/support.js";
import { craftedFile, flat, list, text } from "./parquet-bytes.js";

const group = (name: string, members: number): SchemaElement => ({
  name,
  num_children: members,
  repetition_type: "REQUIRED",
});
const listOf = (element: SchemaElement[]): SchemaElement[] => [...list("v").slice(0, 2), ...element];
const hintOf = (name: string) => `--vector-column ${name} names a column inside a group`;

/** Returns the message and hint for a table of these columns. */
async function messageFor(
  schema: readonly (readonly SchemaElement[])[],
  options: ReadOptions,
): Promise<[string, string | undefined]> {
  const bytes = craftedFile(
    1,
    schema.map((elements) => ({ schema: elements, pages: [] })),
  );
  const error = await readVectors(sourceOf(bytes, "a.parquet"), options).catch((caught: unknown) => caught);
  expect(error).to.be.instanceOf(DataError);
  const { message, hint } = error as DataError;
  return [message.replace("a.parquet: expected ", ""), hint];
}

describe("a Parquet file without a numeric column", () => {
  const meta: SchemaElement[] = [group("meta", 3), ...text("key"), ...flat("x", "DOUBLE"), ...list("embedding")];
  const deep: SchemaElement[] = [group("a", 1), group("b", 2), ...flat("x", "INT32"), ...flat("y", "INT32")];
  const lists = listOf(list("element"));

  for (const [name, schema, options, message, hint] of [
    [
      "a group with a list",
      [text("id"), meta, text("t")],
      {},
      "columns of numbers, found only meta (a group of columns), t (UTF8)",
      hintOf("meta.embedding"),
    ],
    [
      "a group that is asked for",
      [deep, meta],
      { vectorColumn: "meta" },
      "numbers in the column meta, found a group of columns",
      hintOf("meta.embedding"),
    ],
    ["groups in groups", [deep], {}, "columns of numbers, found only a (a group of columns)", hintOf("a.b.x")],
    [
      "a group of one number",
      [[group("m", 1), ...flat("x", "DOUBLE")]],
      { columns: "m" },
      "numbers in the column m, found a group of columns",
      hintOf("m.x"),
    ],
    ["a list of lists", [lists], {}, "columns of numbers, found only v (a list of lists)", undefined],
    [
      "a list of lists that is asked for",
      [lists],
      { vectorColumn: "v" },
      "numbers in the column v, found a list of lists",
      undefined,
    ],
    [
      "a list of texts",
      [listOf(text("element"))],
      { vectorColumn: "v" },
      "numbers in the column v, found a list of UTF8",
      undefined,
    ],
    [
      "many columns",
      Array.from({ length: 14 }, (_, i) => text(`t${i}`)),
      { idColumn: "t0" },
      `columns of numbers, found only ${Array.from({ length: 12 }, (_, i) => `t${i + 1} (UTF8)`).join(", ")}, …`,
      undefined,
    ],
  ] as const) {
    it(`is reported with its columns and a hint: ${name}`, async () => {
      expect(await messageFor(schema, options)).to.deep.equal([message, hint]);
    });
  }
});
