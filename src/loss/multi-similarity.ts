import { cellKind, type Terms } from "./cell-kind.js";
import { expectAboveZero, type LossKind } from "./kind.js";
import { LogSumExp } from "./log-sum-exp.js";

/**
 * The multi-similarity loss: `log(1 + Σ exp(−α(S − λ)))/α` over positives plus `log(1 + Σ exp(β(S − λ)))/β` over negatives.
 *
 * @see https://arxiv.org/abs/1904.06627 (Wang et al. 2019, without its miner), as `MultiSimilarityLoss` of PyTorch Metric
 * Learning, which averages over all anchors
 */
export const multiSimilarity: LossKind<{ alpha: number; beta: number; base: number }> = cellKind({
  name: "multi-similarity",
  defaults: { alpha: 2, beta: 50, base: 0.5 },
  reduction: "mean",
  diagonalOnly: false,
  manyTerms: false,
  begin({ size }, { alpha, beta, base }) {
    expectAboveZero("alpha", alpha);
    expectAboveZero("beta", beta);
    const near = new LogSumExp(size, true);
    const far = new LogSumExp(size, true);
    return {
      positive: (anchor, _, value) => near.add(anchor, -alpha * (value - base)),
      negative: (anchor, _, value) => far.add(anchor, beta * (value - base)),
      finish() {
        const [p, n] = [new Float64Array(size), new Float64Array(size)];
        for (let i = 0; i < size; i++) {
          p[i] = near.at(i) / alpha;
          n[i] = far.at(i) / beta;
        }
        const count = new Float64Array(size).fill(1);
        // An anchor is one term with two parts.
        const active = p.map((loss, i) => (loss + n[i] > 0 ? 1 : 0));
        const terms = (sum: Float64Array): Terms => ({ sum, count, active });
        return [terms(p), terms(n)];
      },
      positiveSlope: (anchor, _, value) => -near.share(anchor, -alpha * (value - base)),
      negativeSlope: (anchor, _, value) => far.share(anchor, beta * (value - base)),
    };
  },
});
