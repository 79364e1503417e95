import { UsageError } from "../core/errors.js";
import type { Tile } from "../core/matrix.js";
import type { Pairs } from "./pairs.js";
import type { Direction, KindName, PerAnchor, Reduction, Settings } from "./types.js";

/** A kind of loss: its name, the defaults of its reference, and the scan that computes it. */
export interface LossKind<S extends Settings = Settings> {
  readonly name: KindName;
  /** The options of the kind. A kind with a `margin` can be evaluated at several margins in one pass. */
  readonly defaults: S;
  readonly reduction: Reduction;
  /** Whether `S[i, i]` is the only positive of anchor i, even with labels. */
  readonly diagonalOnly: boolean;
  /** Whether the loss is one number for pairs with gold scores: S is b×1, the similarity of row i of both sets. */
  readonly isPaired?: boolean;
  /** Starts a scan of S for all `settings` at once. */
  scan(pairs: Pairs, settings: readonly S[], direction: Direction): LossScan;
  /** Returns the losses at some settings from what was found; absent if a loss depends on several anchors at once. */
  reduce?(found: AnchorValues, settings: S, reduction: Reduction): ReducedLoss;
}

/** Numbers for each of some anchors, from which their losses follow: arrays of the same length, by name. */
export type AnchorValues = { readonly [name: string]: Float64Array | Int32Array };

/** Consumes the tiles of S, with its rows or its columns as anchors. */
export interface LossScan {
  /** How many times all tiles have to be added. */
  readonly passes: number;
  /**
   * @param pass the number of this pass, from 0.
   * @throws {DataError} for a cell that is NaN.
   */
  add(tile: Tile, pass: number): void;
  /** The result of each of the settings, once all tiles have been added in all passes. */
  finish(reduction: Reduction): readonly DirectionLoss[];
  /** In place of `finish`: what was found, for each of the settings or for all of them; absent without `reduce`. */
  found?(): readonly AnchorValues[];
}

/** Losses with the rows, or the columns, of S as anchors. */
export interface ReducedLoss {
  readonly components: { readonly [name: string]: number | null };
  readonly loss: number | null;
  readonly counts: { readonly [name: string]: number };
  readonly perAnchor: PerAnchor;
}

/** Losses with their slopes. */
export interface DirectionLoss extends ReducedLoss {
  /** The derivative of the reduced loss. */
  slope(reduction: Reducing): Slope;
}

/** A reduction to one number. */
export type Reducing = Exclude<Reduction, "none">;

/** ∂loss/∂S for the cell of an anchor and another row. */
export type Slope = (anchor: number, other: number, value: number) => number;

/** @throws {UsageError} unless the setting is above 0. */
export function expectAboveZero(name: string, value: number): void {
  if (!(value > 0)) throw new UsageError(`${name}: expected a number above 0, found ${value}`);
}
