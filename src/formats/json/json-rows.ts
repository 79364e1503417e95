import type { ReadOptions, RowBatch } from "../../input/reader.js";
import { RowGatherer } from "../../input/row-gatherer.js";
import { carriedText } from "../records.js";
import { type FieldPath, GUESSED_RANK, JsonFields, pathTo, type Role } from "./json-fields.js";
import { LeftOut } from "./json-left-out.js";
import { JsonMembers } from "./json-members.js";
import { type Group, idIn, newRecord, type Record } from "./json-record.js";
import { isAction, type VectorShape } from "./json-shape.js";
import { BYTE, type JsonText } from "./json-text.js";
import { actionId, EXTENDED_NUMBER, errorIn, extended, skipped, TOKENS_HINT } from "./json-values.js";
import { JsonVectors, vectorHint } from "./json-vectors.js";

/** Reads the values of a JSON text as rows. */
export class JsonRows {
  readonly rows: RowGatherer;
  readonly leftOut: LeftOut;
  private readonly fields: JsonFields;
  private readonly vectors: JsonVectors;
  private readonly other: JsonMembers;

  private readonly hint: string;
  /** The id in the last action of Elasticsearch, for the document after it. */
  private actionId: string | null = null;

  constructor(
    private readonly file: string,
    private readonly text: JsonText,
    private readonly options: ReadOptions,
    private readonly shape: VectorShape,
  ) {
    this.hint = vectorHint(shape.candidates);
    this.rows = new RowGatherer(file);
    this.leftOut = new LeftOut(file, this.rows, options, shape.isFound, this.hint);
    this.fields = new JsonFields(options, shape.path, shape.idGuess);
    const packedHint = shape.isFound ? undefined : this.hint;
    this.vectors = new JsonVectors(text, this.rows, options.nonFinite === "keep", packedHint);
    this.other = new JsonMembers(text, this.rows, this.fields, this.vectors, this.hint);
  }

  /** Reads a top-level value: a vector, a record, or a list of those. */
  async *value(): AsyncGenerator<RowBatch> {
    const { text, rows, shape } = this;
    const byte = await text.peek();
    if (byte === BYTE.begin && shape.at !== null) {
      const { line } = text;
      const isFound = yield* this.namedAt(shape.at, "", 0);
      if (!isFound) rows.fault(`expected an object at ${shape.at}, found none`, {}, line);
    } else if (byte === BYTE.begin) yield* this.record(0, "", 0, null);
    else if (byte === BYTE.open) yield* this.arrayOrList();
    else throw text.fault("an array or an object");
    yield* this.full();
  }

  /** Reads the object of named vectors at a path of an object; the other members are skipped. */
  private async *namedAt(at: string, path: string, depth: number): AsyncGenerator<RowBatch, boolean> {
    const { text } = this;
    if (path === at) {
      yield* this.named(depth);
      return true;
    }
    let isFound = false;
    text.enter(depth);
    if ((await text.peek()) === BYTE.end) text.take();
    else
      do {
        const inner = pathTo(path, await text.key());
        const leads = inner === at || at.startsWith(`${inner}.`);
        if (leads && (await text.peek()) === BYTE.begin) {
          const found = yield* this.namedAt(at, inner, depth + 1);
          isFound ||= found;
        } else await text.skip(depth + 1);
      } while (await text.nextMember(BYTE.end));
    return isFound;
  }

  /** Reads an object with a vector or a record in each member, whose name is the id unless the record has one. */
  private async *named(depth: number): AsyncGenerator<RowBatch> {
    const { text } = this;
    text.enter(depth);
    if ((await text.peek()) === BYTE.end) return text.take();
    do {
      const id = await text.key();
      if ((await text.peek()) === BYTE.open && text.isNumberNext) {
        text.take();
        await this.row(text.line, id);
      } else yield* this.item(depth + 1, "", 0, { ids: [id], numbered: false, requestId: null });
      yield* this.full();
    } while (await text.nextMember(BYTE.end));
  }

  /** Reads a member of a list or of an object of named vectors: a record, a vector, or a list of lists with ids. */
  private async *item(depth: number, path: string, index: number, group: Group): AsyncGenerator<RowBatch> {
    const { text, rows } = this;
    const byte = await text.peek();
    const { line } = text;
    if (byte === BYTE.begin) {
      yield* this.record(depth, path, index, group);
    } else if (byte === BYTE.open && (await text.looksAt(/^\[\s*\[/))) {
      yield* this.listInList(depth, path, index, group);
    } else if (byte === BYTE.open) {
      text.take();
      await this.row(line, idIn(group, index));
    } else if (byte === BYTE.quote && this.holdsTexts(path, await text.looksAt(/^"\s*\[/))) {
      this.vectors.addPacked(await text.string(), line);
      this.endVector(line, idIn(group, index));
    } else {
      const message = `expected a vector, found ${await skipped(text, depth)}`;
      if (!message.endsWith("null")) rows.fault(message, {}, line);
      else if (!this.leftOut.absent(message, line, idIn(group, index))) rows.endRow(line, null, null);
    }
  }

  /** Returns whether texts in a list at a path are vectors. */
  private holdsTexts(path: string, isArray: boolean): boolean {
    return isArray || path.endsWith("base64") || (this.shape.at === null && path === this.fields.vectorColumn);
  }

  /** Reads a list in a list: answers to several queries have ids in lists, too; otherwise it holds several vectors of a text. */
  private async *listInList(depth: number, path: string, index: number, group: Group): AsyncGenerator<RowBatch> {
    const { text, rows } = this;
    const { line } = text;
    const ids = group.idLists?.[index];
    if (ids) {
      text.enter(depth);
      return yield* this.list(depth + 1, path, { ids, numbered: false, requestId: null });
    }
    await text.skip(depth);
    rows.fault("expected a vector, found a list of vectors", { hint: TOKENS_HINT }, line);
    rows.endRow(line, null, null);
  }

  /** Reads an array of numbers, which is a row, or a list of rows; an empty array has no rows. */
  private async *arrayOrList(): AsyncGenerator<RowBatch> {
    const { text } = this;
    const { line } = text;
    text.take();
    const byte = await text.peek();
    if (byte === BYTE.close) text.take();
    else if (await this.isList(byte)) yield* this.list(1, "", { ids: null, numbered: false, requestId: null });
    else await this.row(line, null);
  }

  /** Returns whether an array is a list of rows, not a vector, by its first member. */
  private async isList(byte: number): Promise<boolean> {
    const { text } = this;
    if (byte === BYTE.begin) return !(await text.looksAt(EXTENDED_NUMBER));
    return byte === BYTE.open || (byte === BYTE.quote && (await text.looksAt(/^"\s*\[/)));
  }

  /** Reads the rows of a list, after its bracket. */
  private async *list(depth: number, path: string, group: Group): AsyncGenerator<RowBatch> {
    const { text, rows } = this;
    let index = 0;
    do {
      // A frequent item has no generator of its own.
      if ((await text.peek()) === BYTE.open && text.isNumberNext) {
        text.take();
        await this.row(text.line, idIn(group, index));
      } else yield* this.item(depth, path, index, group);
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

  /** Reads an array of numbers, after its bracket. */
  private async row(line: number, id: string | null): Promise<void> {
    if (this.fields.requiresId && id === null)
      this.rows.fault("expected an object with an id, found an array", {}, line);
    await this.vectors.add(line);
    this.endVector(line, id);
  }

  private endVector(line: number, id: string | null): void {
    const isEmpty = this.rows.length === 0 && !this.rows.isFaulty;
    if (isEmpty && this.leftOut.absent("expected numbers, found none", line, id)) return;
    this.rows.endRow(line, id, null);
  }

  /** Reads an object, at its brace; it is a row if it has a vector. */
  private async *record(depth: number, path: string, index: number, group: Group | null): AsyncGenerator<RowBatch> {
    const { text, rows, fields, options } = this;
    const { line } = text;
    const record = newRecord(line, index, group);
    yield* this.members(record, depth, { full: path, own: "" }, true);
    if (record.hasRows) return;
    if (record.action && record.names.length === 1) {
      this.actionId = record.action.id;
      return;
    }
    const id = record.id ?? idIn(group, index) ?? (fields.requiresId ? null : this.actionId);
    this.actionId = null;
    if (!record.vectorName && record.error !== null) return this.leftOut.failed(record);
    if (!record.vectorName) {
      if (this.leftOut.absent(this.absentMessage(record), line, id)) return;
    } else if (fields.requiresId && record.id === null) {
      rows.fault(`expected an id, found ${listed(record.names)}`, { hint: "--id-column names a field" }, line);
    }
    if (fields.labelColumn !== undefined && record.label === null) {
      const expected = record.labelFound ? "a label in" : "a field";
      const found = record.labelFound ?? listed(record.names);
      rows.fault(`expected ${expected} "${fields.labelColumn}", found ${found}`, {}, line);
    }
    if (record.id !== null && record.idRank === GUESSED_RANK) this.noteGuessedId(record.idPath);
    if (options.canCarry && rows.rows === 0 && group === null) this.noteOthers(record);
    rows.endRow(line, id, record.label);
  }

  private absentMessage({ found, names }: Record): string {
    const { vectorColumn } = this.fields;
    if (found) return `expected a vector in the field "${found.path}", found ${found.value}`;
    const wanted = vectorColumn ? `a field "${vectorColumn}"` : "a field embedding, vector or values";
    return `expected ${wanted}, found ${listed(names)}`;
  }

  private noteGuessedId(path: string): void {
    const { file, options } = this;
    options.onGuess?.(`${file}: read ids from the field "${path}"`, `--id-column ${path} reads them without this note`);
  }

  /** Notes the fields of the first record that hold neither its vector nor its id. */
  private noteOthers({ names, vectorName, idPath, id }: Record): void {
    const used = [vectorName, id === null ? null : idPath, this.fields.labelColumn].map((path) => path?.split(".")[0]);
    const others = names.filter((name) => !used.includes(name) && !this.options.otherColumns?.includes(name));
    if (others.length === 0) return;
    const which = `left out the field${others.length === 1 ? "" : "s"} ${listed(others)}`;
    this.options.note?.(`${this.file}: ${which}; ${carriedText(others)}`);
  }

  /** Reads the members of a record, or of an object in one. */
  private async *members(record: Record, depth: number, path: FieldPath, seeks: boolean): AsyncGenerator<RowBatch> {
    const { text } = this;
    let hasIndices = false;
    text.enter(depth);
    if ((await text.peek()) === BYTE.end) return text.take();
    do {
      const key = await text.key();
      hasIndices ||= key === "indices";
      if (path.own === "") record.names.push(key);
      const inner = { full: pathTo(path.full, key), own: pathTo(path.own, key) };
      const role = this.fields.roleOf(key, inner, seeks);
      const byte = await text.peek();
      if (key === "error" && !role.vector && !role.leadsToVector) {
        record.error = (await errorIn(text, depth + 1)) ?? record.error;
      } else if (byte === BYTE.begin && this.shape.isBulk && path.own === "" && isAction(key)) {
        record.action = { id: await actionId(text, depth + 1) };
      } else if (byte === BYTE.begin && role.idRank !== null && (await text.looksAt(EXTENDED_ID))) {
        this.other.name(record, inner.own, role, await extended(text, depth + 1));
      } else if (byte === BYTE.begin && (role.leadsToVector || role.leadsToText)) {
        if (role.vector) record.found = { path: inner.own, value: "an object" };
        yield* this.members(record, depth + 1, inner, role.leadsToVector);
      } else if (byte === BYTE.open && (role.vector || role.leadsToVector)) {
        yield* this.array(record, depth + 1, inner, key, role);
      } else {
        await this.other.member(record, depth + 1, key, inner, role, byte);
      }
    } while (await text.nextMember(BYTE.end));
    if (hasIndices && record.vectorName === pathTo(path.own, "values")) {
      this.rows.fault("expected a dense vector, found a sparse one: indices and values", SPARSE_HINT, record.line);
    }
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
    if ((await this.isList(byte)) || (byte === BYTE.quote && key === "base64")) {
      if (record.vectorName) this.other.expectOneVector(record, path.own);
      record.hasRows = true;
      yield* this.list(depth + 1, path.full, {
        ids: record.ids,
        idLists: record.idLists,
        numbered: key === "data",
        requestId: record.requestId ?? (key === "embedding" || key === "vector" ? record.id : null),
      });
    } else if (byte === BYTE.close && !this.isRecordField(key)) {
      text.take();
      record.hasRows = true;
    } else if (byte === BYTE.close) {
      text.take();
      record.found = { path: path.own, value: "an empty list" };
    } else {
      this.other.expectOneVector(record, path.own);
      record.vectorName = path.own;
      if (!role.vector) rows.fault(`expected an object at ${path.own}, found numbers`, { hint: this.hint }, text.line);
      await this.vectors.add(record.line);
    }
  }

  /** Returns whether an empty array in this field is an empty vector, not an empty list. */
  private isRecordField(key: string): boolean {
    return this.fields.vectorColumn !== undefined || key === "embedding" || key === "vector";
  }
}

const SPARSE_HINT = { hint: "in NumPy: dense = numpy.zeros(size); dense[indices] = values" };
/** The start of an id of MongoDB's Extended JSON. */
const EXTENDED_ID = /^\{\s*"\$/;
const NAMES_LISTED = 12;

function listed(names: readonly string[]): string {
  if (names.length === 0) return "an empty object";
  return names.slice(0, NAMES_LISTED).join(", ") + (names.length > NAMES_LISTED ? ", …" : "");
}
