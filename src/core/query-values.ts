/** The values of measures for each query of a system. */
export interface QueryValues {
  /** The system, for messages: a path. */
  readonly name: string;
  /** The id of each query; without ids, the number of its row. */
  readonly queries: readonly string[];
  /** Number of relevant rows of each query; null if it is unknown. */
  readonly relevant: ArrayLike<number> | null;
  /** The values of each measure by name, one per query. */
  readonly measures: ReadonlyMap<string, Float64Array>;
}
