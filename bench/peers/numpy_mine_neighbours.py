"""Peer: negatives of each anchor i, whose positive is row i of the corpus, by the neighbours of both rows, by NumPy in blocks; CSV to stdout.

csls: the rows with the greatest 2·cos(x, y) − x̄ − ȳ, x̄ the mean cosine of x with its 10 nearest rows.
mutual: the nearest of the rows that have anchor i among their 10 nearest anchors.

usage: numpy_mine_neighbours.py csls|mutual NEGATIVES ANCHORS.npy CORPUS.npy
       numpy_mine_neighbours.py --version
"""
import sys

import numpy as np

from search_files import queries_and_corpus, write_records

if sys.argv[1] == "--version":
    print(f"NumPy {np.__version__}")
    sys.exit()
kind, count = sys.argv[1], int(sys.argv[2])
anchors, corpus = queries_and_corpus(sys.argv[3:])
neighbours, step = 10, 1000


def nearest_scores(rows, others):
    """The cosines of each row with its nearest others, of which the first is the least."""
    blocks = (rows[start : start + step] @ others.T for start in range(0, len(rows), step))
    return np.concatenate([np.partition(block, -neighbours, axis=1)[:, -neighbours:] for block in blocks])


of_corpus = nearest_scores(corpus, anchors)
if kind == "csls":
    mean_of_anchors, mean_of_corpus = nearest_scores(anchors, corpus).mean(axis=1), of_corpus.mean(axis=1)
found = []
for start in range(0, len(anchors), step):
    scores = anchors[start : start + step] @ corpus.T
    if kind == "csls":
        scores = 2 * scores - mean_of_anchors[start : start + step, None] - mean_of_corpus
    positives = scores[:, start:].diagonal().copy()
    if kind == "mutual":
        scores[scores < of_corpus[:, 0]] = -np.inf
    np.fill_diagonal(scores[:, start:], -np.inf)
    ids = np.argpartition(scores, -count, axis=1)[:, -count:]
    nearest = np.take_along_axis(scores, ids, axis=1)
    order = np.argsort(-nearest, axis=1)
    found.append((positives, np.take_along_axis(ids, order, axis=1), np.take_along_axis(nearest, order, axis=1)))
positives, ids, scores = (np.concatenate(parts) for parts in zip(*found))
rows, positives = np.repeat(np.arange(len(anchors)), count), np.repeat(positives, count)
has_score = np.isfinite(scores).ravel()
columns = [column.ravel()[has_score] for column in (rows, rows, ids, positives, scores)]
write_records("anchor,positive,negative,positive_score,negative_score", "%d,%d,%d,%.9g,%.9g\n", *columns)
