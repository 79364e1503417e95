/** The parts of flechette that encode messages one at a time; its public interface encodes a whole table. */

declare module "@uwdata/flechette/src/encode/builder.js" {
  export class Builder {
    constructor(sink: { write(bytes: Uint8Array): void });
    outputBytes: number;
    addBuffer(bytes: Uint8Array): void;
  }
}

declare module "@uwdata/flechette/src/encode/message.js" {
  import type { Builder } from "@uwdata/flechette/src/encode/builder.js";
  export interface Block {
    readonly offset: number;
    readonly metadataLength: number;
    readonly bodyLength: number;
  }
  export function writeMessage(
    builder: Builder,
    headerType: number,
    headerOffset: number,
    bodyLength: number,
    blocks?: Block[],
  ): void;
}

declare module "@uwdata/flechette/src/encode/schema.js" {
  import type { Builder } from "@uwdata/flechette/src/encode/builder.js";
  export function encodeSchema(builder: Builder, schema: unknown): number;
}

declare module "@uwdata/flechette/src/encode/record-batch.js" {
  import type { Builder } from "@uwdata/flechette/src/encode/builder.js";
  export function encodeRecordBatch(builder: Builder, batch: unknown): number;
}

declare module "@uwdata/flechette/src/encode/footer.js" {
  import type { Builder } from "@uwdata/flechette/src/encode/builder.js";
  import type { Block } from "@uwdata/flechette/src/encode/message.js";
  export function writeFooter(
    builder: Builder,
    schema: unknown,
    dictionaries: readonly Block[],
    records: readonly Block[],
    metadata: null,
  ): void;
}
