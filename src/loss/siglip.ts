import { cellKind, oneTermEach } from "./cell-kind.js";
import { expectAboveZero, type LossKind } from "./kind.js";
import { sigmoid, softplus } from "./softplus.js";

/**
 * The sigmoid loss of SigLIP: each cell of S is a classification of its own. With the logit `x = t·S + β`, a positive costs
 * `log(1 + exp(−x))` and a negative `log(1 + exp(x))`; the loss of an anchor is the sum over its cells.
 *
 * @see https://arxiv.org/abs/2303.15343 (Zhai et al. 2023): t is `scale`, e^t' there; the defaults are its initial values
 */
export const siglip: LossKind<{ scale: number; bias: number }> = cellKind({
  name: "siglip",
  defaults: { scale: 10, bias: -10 },
  reduction: "mean",
  diagonalOnly: false,
  manyTerms: false,
  begin({ size }, { scale, bias }) {
    expectAboveZero("scale", scale);
    const sum = new Float64Array(size);
    const logit = (value: number) => scale * value + bias;
    return {
      positive(anchor, _, value) {
        sum[anchor] += softplus(-logit(value));
      },
      negative(anchor, _, value) {
        sum[anchor] += softplus(logit(value));
      },
      finish: () => [oneTermEach(sum, new Float64Array(size).fill(1))],
      positiveSlope: (_, __, value) => -scale * sigmoid(-logit(value)),
      negativeSlope: (_, __, value) => scale * sigmoid(logit(value)),
    };
  },
});
