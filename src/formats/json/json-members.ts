import type { RowGatherer } from "../../input/row-gatherer.js";
import { type FieldPath, ID_LIST_NAMES, type JsonFields, type Role } from "./json-fields.js";
import type { Record } from "./json-record.js";
import { BYTE, type JsonText } from "./json-text.js";
import { scalar, skipped, texts } from "./json-values.js";
import type { JsonVectors } from "./json-vectors.js";

/** Reads the members of records that are not arrays of numbers or lists of rows. */
export class JsonMembers {
  constructor(
    private readonly text: JsonText,
    private readonly rows: RowGatherer,
    private readonly fields: JsonFields,
    private readonly vectors: JsonVectors,
    private readonly hint: string,
  ) {}

  /** Reads a member without rows: an id, a label, an encoded vector, or one to skip. */
  async member(record: Record, depth: number, key: string, path: FieldPath, role: Role, byte: number): Promise<void> {
    const { text, rows } = this;
    const isScalar = byte !== BYTE.open && byte !== BYTE.begin;
    if (path.own === key && ID_LIST_NAMES.has(key) && byte === BYTE.open) {
      const { list, lists } = await texts(text, depth);
      record.ids = list;
      record.idLists = lists;
      if ((list || lists) && record.hasRows) {
        rows.fault(`expected "${key}" before the vectors that it names, found it behind`, {}, record.line);
      }
    } else if (path.own === "columns" && byte === BYTE.open) {
      const { list } = await texts(text, depth);
      rows.columnNames ??= list;
    } else if (role.vector && byte === BYTE.quote) {
      this.packed(record, path.own, await text.string());
    } else if (role.vector && isScalar) {
      record.found = { path: path.own, value: await text.word() };
    } else if (isScalar && (role.idRank !== null || role.label || (record.group?.numbered && path.own === "index"))) {
      this.name(record, path.own, role, await scalar(text));
    } else if (role.vector) {
      record.found = { path: path.own, value: await skipped(text, depth) };
    } else if (role.label) {
      record.labelFound = await skipped(text, depth);
    } else {
      await text.skip(depth);
    }
  }

  name(record: Record, path: string, role: Role, value: string | null): void {
    if (path === "index" && record.group?.numbered && value !== null && Number(value) !== record.index) {
      const hint = { hint: "rows have to be in order; sort them: jq '.data |= sort_by(.index)'" };
      this.rows.fault(`expected index ${record.index}, found ${value}`, hint, record.line);
    }
    if (role.isRequestId) record.requestId = value;
    if (role.label) record.label = value;
    if (role.label && value === null) record.labelFound = "null";
    if (role.idRank === null || role.idRank > record.idRank || value === null) return;
    record.id = value;
    record.idRank = role.idRank;
    record.idPath = path;
  }

  /** Reads a string in a vector field. */
  private packed(record: Record, path: string, value: string): void {
    const isVectorField = this.fields.vectorColumn !== undefined || /(?:^|\.)(?:embedding|vector)$/.test(path);
    if (value === "" || !(isVectorField || /^\s*\[/.test(value))) {
      record.found = { path, value: `"${value.slice(0, 20)}"` };
      return;
    }
    this.expectOneVector(record, path);
    record.vectorName = path;
    this.vectors.addPacked(value, record.line);
  }

  expectOneVector({ vectorName, hasRows, line }: Record, path: string): void {
    if (!vectorName && !hasRows) return;
    const found =
      vectorName === path ? `"${path}" twice` : `${vectorName ? `"${vectorName}"` : "a list"} and "${path}"`;
    this.rows.fault(`expected one vector in an object, found ${found}`, { hint: this.hint }, line);
  }
}
