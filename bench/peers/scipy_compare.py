"""Peer: is the difference of two models real? Row i of the corpus is relevant to query i; NumPy ranks it, and SciPy tests the
differences of four metrics. NumPy flips signs and draws queries for all metrics at once: SciPy's permutation_test takes minutes.
CSV to stdout.

usage: scipy_compare.py QUERIES.npy CORPUS.npy OTHER_QUERIES.npy OTHER_CORPUS.npy
       scipy_compare.py --version
"""
import sys

import numpy as np
import scipy
from scipy import stats

from search_files import queries_and_corpus

RESAMPLES = 10_000
BATCH = 100

if sys.argv[1] == "--version":
    print(f"SciPy {scipy.__version__}")
    sys.exit()


def ranks(paths):
    """The rank of row i of the corpus for query i."""
    queries, corpus = queries_and_corpus(paths)
    found = []
    for start in range(0, len(queries), 1000):
        scores = queries[start : start + 1000] @ corpus.T
        own = scores[:, start:].diagonal()
        found.append((scores > own[:, None]).sum(axis=1) + 1)
    return np.concatenate(found)


def metrics(rank):
    near = rank <= 10
    return {
        "ndcg@10": near / np.log2(rank + 1),
        "mrr@10": near / rank,
        "recall@10": near.astype(float),
        "accuracy@1": (rank == 1).astype(float),
    }


def holm(values):
    order = np.argsort(values)
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(np.sort(values) * np.arange(len(values), 0, -1)))
    return adjusted


def resampled(differences):
    """The p-values of the randomisation test and the percentile intervals of the bootstrap, of n x m differences."""
    random = np.random.default_rng(0)
    count = len(differences)
    flipped, drawn = [], []
    for _ in range(RESAMPLES // BATCH):
        signs = random.integers(0, 2, (BATCH, count), dtype=np.int8) * 2.0 - 1
        flipped.append(signs @ differences)
        picked = random.integers(0, count, (BATCH, count), dtype=np.int32)
        drawn.append(differences[picked].mean(axis=1))
    extreme = np.abs(np.concatenate(flipped)) >= np.abs(differences.sum(axis=0)) - 1e-9
    return (extreme.sum(axis=0) + 1) / (RESAMPLES + 1), np.percentile(np.concatenate(drawn), [2.5, 97.5], axis=0).T


baseline, system = metrics(ranks(sys.argv[1:3])), metrics(ranks(sys.argv[3:5]))
permuted, intervals = resampled(np.stack([system[name] - baseline[name] for name in baseline], axis=1))
rows = []
for name, p, interval in zip(baseline, permuted, intervals):
    before, after = baseline[name], system[name]
    difference = after - before
    reach = stats.t.isf(0.025, len(difference) - 1) * stats.sem(difference)
    rows.append([
        before.mean(), after.mean(), difference.mean(), difference.mean() - reach, difference.mean() + reach,
        *interval, (difference > 0).sum(), (difference == 0).sum(), (difference < 0).sum(),
        stats.ttest_rel(after, before).pvalue, stats.wilcoxon(after, before).pvalue, p,
    ])
adjusted = [holm(column) for column in np.array(rows)[:, -3:].T]
for name, row, *tests in zip(baseline, rows, *adjusted):
    print(name, *row, *tests, sep=",")
