import { MalformedError, UsageError } from "../../core/errors.js";
import { textBytes } from "../../input/encoding.js";
import type { ReadOptions, RowBatch } from "../../input/reader.js";
import { textOf } from "../../input/recognise-text.js";
import { RowGatherer } from "../../input/row-gatherer.js";
import { firstBytes, resumed, type Source } from "../../input/source.js";
import { listed, RecordFailures } from "./json-failures.js";
import { type FieldPath, ID_LIST_NAMES, JsonFields, pathTo, type Role } from "./json-fields.js";
import { type Group, idIn, newRecord, type Record } from "./json-record.js";
import { isKnown, type JsonShape, shapeOf } from "./json-shape.js";
import { readJsonTable } from "./json-table.js";
import { BYTE, END, JsonText } from "./json-text.js";
import { errorIn, extended, scalar, skipped, texts } from "./json-values.js";
import { JsonVectors, vectorHint } from "./json-vectors.js";

/**
 * Reads vectors from JSON or JSON Lines, in batches: arrays of numbers, arrays of those, objects with a vector in a
 * field, and responses of embedding APIs, which are objects with lists of those.
 *
 * @throws {MalformedError} for invalid JSON, with the line and byte offset; and at the end of the text, for vectors
 * that are invalid, missing or of different lengths.
 */
export async function* readJson(source: Source, options: ReadOptions = {}): AsyncGenerator<RowBatch> {
  const chunks = source.bytes[Symbol.asyncIterator]();
  const { head } = await firstBytes(chunks, HEAD_BYTES);
  const shape = shapeOf(textOf(head.subarray(0, HEAD_BYTES)));
  const bytes = resumed(head, chunks);
  if (shape.kind === "table" && options.vectorColumn === undefined) {
    return yield* readJsonTable(source.name, textBytes(source.name, bytes), shape.layout, options);
  }
  if (options.columns !== undefined) {
    throw new UsageError(
      "--columns selects columns of tables: expected CSV or a table in JSON, found vectors",
      "leave it out",
    );
  }
  if (shape.kind === "vectors") noteOtherTypes(source.name, shape.candidates, options);
  const text = new JsonText({ name: source.name, bytes });
  const reader = new JsonRows(source.name, text, options, shape);
  try {
    while ((await text.peek()) !== END) yield* reader.value();
    reader.failures.note();
    const last = reader.rows.finish();
    if (last) yield last;
  } catch (error) {
    // Faults before the syntax error are reported first.
    if (error instanceof MalformedError) reader.rows.expectNoFaults();
    throw error;
  } finally {
    await text.release();
  }
}

/** Bytes that show the shape of a text. */
const HEAD_BYTES = 1 << 18;

/** Notes which of several types of the same vectors are left out: `embeddings.float` is read before `embeddings.int8`. */
function noteOtherTypes(name: string, candidates: readonly string[], options: ReadOptions): void {
  const read = candidates.find((path) => path.endsWith("embeddings.float"));
  const others = candidates.filter((path) => path !== read && /(?:^|\.)embeddings\.\w+$/.test(path));
  if (!read || others.length === 0 || options.vectorColumn !== undefined) return;
  options.onGuess?.(
    `${name}: read the vectors in ${read}, left out ${others.join(", ")}`,
    `--vector-column ${others[0]} reads it`,
  );
}

class JsonRows {
  readonly rows: RowGatherer;
  private readonly fields: JsonFields;
  private readonly vectors: JsonVectors;

  readonly failures: RecordFailures;
  private readonly hint: string;

  constructor(
    file: string,
    private readonly text: JsonText,
    private readonly options: ReadOptions,
    private readonly shape: JsonShape,
  ) {
    const { path = null, candidates = [] } = "path" in shape ? shape : {};
    this.hint = vectorHint(candidates);
    this.rows = new RowGatherer(file);
    this.failures = new RecordFailures(file, options, this.rows);
    this.fields = new JsonFields(options, path, shape.kind === "members" ? shape.at : null);
    this.vectors = new JsonVectors(text, this.rows, options.nonFinite === "keep", this.hint);
  }

  /** Reads a top-level value: a vector, a record, or a list of those. */
  async *value(): AsyncGenerator<RowBatch> {
    const { text } = this;
    const byte = await text.peek();
    if (byte === BYTE.begin && this.hasMembersAt("")) yield* this.namedRecords(0);
    else if (byte === BYTE.begin) yield* this.record(0, "", 0, null);
    else if (byte === BYTE.open) yield* this.arrayOrList();
    else throw text.fault("an array or an object");
    yield* this.full();
  }

  /** Whether the first records have vectors in a field that is read. */
  private get areFound(): boolean {
    const { shape, fields } = this;
    return shape.kind !== "table" && shape.candidates.some((path) => isKnown(path) || path === fields.vectorColumn);
  }

  private get hasBareVectors(): boolean {
    return this.shape.kind === "members" && this.shape.candidates.includes("");
  }

  /** Returns whether the object at a path has a vector or a record in each member. */
  private hasMembersAt(path: string): boolean {
    return this.shape.kind === "members" && this.shape.at === path && this.options.vectorColumn === undefined;
  }

  /** Reads an object with a vector or a record in each member, whose name is its id. */
  private async *namedRecords(depth: number): AsyncGenerator<RowBatch> {
    const { text, rows } = this;
    text.enter(depth);
    do {
      const id = await text.key();
      const { line } = text;
      const byte = await text.peek();
      if (byte === BYTE.open && this.hasBareVectors) {
        text.take();
        await this.row(line, id, null);
      } else if (byte === BYTE.begin && !this.hasBareVectors) {
        yield* this.record(depth + 1, "", 0, { ids: [id], numbered: false, requestId: null });
      } else {
        const expected = this.hasBareVectors ? "a vector" : "an object with a vector";
        rows.fault(`expected ${expected}, found ${await skipped(text, depth + 1)}`, {}, line);
      }
      yield* this.full();
    } while (await text.nextMember(BYTE.end));
  }

  /** Reads an array of numbers, which is a row, or a list of rows; an empty array has no rows. */
  private async *arrayOrList(): AsyncGenerator<RowBatch> {
    const { text } = this;
    const { line } = text;
    text.take();
    const byte = await text.peek();
    if (byte === BYTE.close) text.take();
    else if (byte === BYTE.open || byte === BYTE.begin)
      yield* this.list(1, "", { ids: null, numbered: false, requestId: null });
    else await this.row(line, null, null);
  }

  /** Reads the rows of a list, after its bracket. */
  private async *list(depth: number, path: string, group: Group): AsyncGenerator<RowBatch> {
    const { text, rows } = this;
    let index = 0;
    do {
      const byte = await text.peek();
      const { line } = text;
      if (byte === BYTE.begin) {
        yield* this.record(depth, path, index, group);
      } else if (byte === BYTE.open) {
        text.take();
        await this.row(line, idIn(group, index), null);
      } else if (byte === BYTE.quote && (path.endsWith("base64") || path === this.fields.vectorColumn)) {
        this.vectors.addPacked(await text.string(), line);
        rows.endRow(line, idIn(group, index), null);
      } else {
        rows.fault(`expected a vector, found ${await skipped(text, depth)}`, {}, line);
      }
      yield* this.full();
      index++;
    } while (await text.nextMember(BYTE.close));
    if (group.ids && group.ids.length !== index) {
      rows.fault(`expected an id for each of ${index} vectors, found ${group.ids.length}`, {}, text.line);
    }
  }

  private *full(): Generator<RowBatch> {
    const batch = this.rows.take();
    if (batch) yield batch;
  }

  private async row(line: number, id: string | null, label: string | null): Promise<void> {
    if (this.fields.requiresId && id === null)
      this.rows.fault("expected an object with an id, found an array", {}, line);
    await this.vectors.add(line);
    this.rows.endRow(line, id, label);
  }

  /** Reads an object, at its brace; it is a row if it has a vector. */
  private async *record(depth: number, path: string, index: number, group: Group | null): AsyncGenerator<RowBatch> {
    const { text, rows, fields } = this;
    const { line } = text;
    const record = newRecord(line, index, group);
    yield* this.members(record, depth, { full: path, own: "" }, true);
    if (record.hasRows) return;
    if (!record.vectorName) {
      if (record.error !== null) return this.failures.addError(record);
      return this.failures.addMissing(record, this.areFound ? null : this.hint);
    }
    if (fields.requiresId && record.id === null) {
      rows.fault(`expected an id, found ${listed(record.names)}`, { hint: "--id-column names a field" }, line);
    }
    if (fields.labelColumn !== undefined && record.label === null) {
      const expected = record.labelFound ? "a label in" : "a field";
      const found = record.labelFound ?? listed(record.names);
      rows.fault(`expected ${expected} "${fields.labelColumn}", found ${found}`, {}, line);
    }
    rows.endRow(line, record.id ?? idIn(group, index), record.label);
  }

  /** Reads the members of a record, or of an object in one. */
  private async *members(record: Record, depth: number, path: FieldPath, seeks: boolean): AsyncGenerator<RowBatch> {
    const { text } = this;
    text.enter(depth);
    if ((await text.peek()) === BYTE.end) return text.take();
    do {
      const key = await text.key();
      if (path.own === "") record.names.push(key);
      const inner = { full: pathTo(path.full, key), own: pathTo(path.own, key) };
      const role = this.fields.roleOf(key, inner, seeks);
      const byte = await text.peek();
      if (byte === BYTE.begin && this.hasMembersAt(inner.full)) {
        record.hasRows = true;
        yield* this.namedRecords(depth + 1);
      } else if (key === "error" && !role.vector && !role.leadsToVector) {
        record.error = (await errorIn(text, depth + 1)) ?? record.error;
      } else if (byte === BYTE.begin && role.idRank !== null && !role.leadsToVector) {
        this.name(record, inner.own, role, await extended(text, depth + 1));
      } else if (byte === BYTE.begin && (role.leadsToVector || role.leadsToText)) {
        yield* this.members(record, depth + 1, inner, role.leadsToVector);
      } else if (byte === BYTE.open && (role.vector || role.leadsToVector)) {
        yield* this.array(record, depth + 1, inner, key, role);
      } else {
        await this.member(record, depth + 1, key, inner, role, byte);
      }
    } while (await text.nextMember(BYTE.end));
  }

  /** Reads an array in a vector field: a vector, or a list of rows. */
  private async *array(
    record: Record,
    depth: number,
    path: FieldPath,
    key: string,
    role: Role,
  ): AsyncGenerator<RowBatch> {
    const { text, rows } = this;
    text.enter(depth);
    const byte = await text.peek();
    if (byte === BYTE.open || byte === BYTE.begin || (byte === BYTE.quote && key === "base64")) {
      if (record.vectorName) this.expectOneVector(record, path.own);
      record.hasRows = true;
      yield* this.list(depth + 1, path.full, {
        ids: record.ids,
        numbered: key === "data",
        requestId: record.requestId,
      });
    } else if (byte === BYTE.close && !this.isRecordField(key)) {
      text.take();
      record.hasRows = true;
    } else {
      this.expectOneVector(record, path.own);
      record.vectorName = path.own;
      if (!role.vector) rows.fault(`expected an object at ${path.own}, found numbers`, { hint: this.hint }, text.line);
      await this.vectors.add(record.line);
    }
  }

  /** Returns whether an empty array in this field is an empty vector, not an empty list. */
  private isRecordField(key: string): boolean {
    return this.fields.vectorColumn !== undefined || key === "embedding" || key === "vector";
  }

  /** Reads a member without rows: an id, a label, an encoded vector, or one to skip. */
  private async member(
    record: Record,
    depth: number,
    key: string,
    path: FieldPath,
    role: Role,
    byte: number,
  ): Promise<void> {
    const { text, rows } = this;
    const isScalar = byte !== BYTE.open && byte !== BYTE.begin;
    if (path.own === key && ID_LIST_NAMES.has(key) && byte === BYTE.open) {
      record.ids = await texts(text, depth);
      if (record.ids && record.hasRows) {
        rows.fault(`expected "${key}" before the vectors that it names, found it behind`, {}, record.line);
      }
    } else if (path.own === "columns" && byte === BYTE.open) {
      rows.columnNames ??= await texts(text, depth);
    } else if (role.vector && byte === BYTE.quote) {
      this.encoded(record, path.own, await text.string());
    } else if (role.vector && isScalar) {
      record.vectorFound ??= { path: path.own, value: await text.word() };
    } else if (isScalar && (role.idRank !== null || role.label || (record.group?.numbered && path.own === "index"))) {
      this.name(record, path.own, role, await scalar(text));
    } else if (role.label) {
      record.labelFound = await skipped(text, depth);
    } else {
      await text.skip(depth);
    }
  }

  private name(record: Record, path: string, role: Role, value: string | null): void {
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
  }

  /** Reads a string in a vector field: float32 in base64, or an array as text. */
  private encoded(record: Record, path: string, value: string): void {
    const isVectorField = this.fields.vectorColumn !== undefined || /(?:^|\.)(?:embedding|vector)$/.test(path);
    if (!isVectorField) return;
    this.expectOneVector(record, path);
    record.vectorName = path;
    if (value.startsWith("[")) this.vectors.addText(value, record.line);
    else this.vectors.addPacked(value, record.line);
  }

  private expectOneVector({ vectorName, hasRows, line }: Record, path: string): void {
    if (!vectorName && !hasRows) return;
    const found =
      vectorName === path ? `"${path}" twice` : `${vectorName ? `"${vectorName}"` : "a list"} and "${path}"`;
    this.rows.fault(`expected one vector in an object, found ${found}`, { hint: this.hint }, line);
  }
}
