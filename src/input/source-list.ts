import type { Source } from "./source.js";

/** Several files that are read one after another as one set of vectors. */
export interface SourceList {
  /** The pattern or the folder that was given, for messages. */
  readonly name: string;
  readonly parts: readonly Source[];
}

/** What vectors are read from. */
export type Input = Source | SourceList;

export const isList = (input: Input): input is SourceList => "parts" in input;
