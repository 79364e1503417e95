"""Peer: the nearest rows of a corpus other than row i, its positive, for each anchor i, by NumPy in blocks; CSV to stdout.

usage: numpy_mine.py NEGATIVES ANCHORS.npy CORPUS.npy
       numpy_mine.py --version
"""
import sys

import numpy as np

from search_files import queries_and_corpus, write_records

if sys.argv[1] == "--version":
    print(f"NumPy {np.__version__}")
    sys.exit()
count = int(sys.argv[1])
anchors, corpus = queries_and_corpus(sys.argv[2:])
found = []
for start in range(0, len(anchors), 1000):
    scores = anchors[start : start + 1000] @ corpus.T
    positives = scores[:, start:].diagonal().copy()
    np.fill_diagonal(scores[:, start:], -np.inf)
    ids = np.argpartition(scores, -count, axis=1)[:, -count:]
    nearest = np.take_along_axis(scores, ids, axis=1)
    order = np.argsort(-nearest, axis=1)
    found.append((positives, np.take_along_axis(ids, order, axis=1), np.take_along_axis(nearest, order, axis=1)))
positives, ids, scores = (np.concatenate(parts) for parts in zip(*found))
rows = np.repeat(np.arange(len(anchors)), count)
head = "anchor,positive,negative,positive_score,negative_score"
write_records(head, "%d,%d,%d,%.9g,%.9g\n", rows, rows, ids, np.repeat(positives, count), scores)
