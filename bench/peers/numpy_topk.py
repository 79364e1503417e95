"""Peer: the k nearest rows by NumPy, float32 products in blocks and argpartition; CSV to stdout.

usage: numpy_topk.py K QUERIES.npy [CORPUS.npy]    without a corpus, a row is not its own neighbour
       numpy_topk.py --version
"""
import sys

import numpy as np

from search_files import queries_and_corpus, write_neighbours

if sys.argv[1] == "--version":
    print(f"NumPy {np.__version__}")
    sys.exit()
k = int(sys.argv[1])
queries, corpus = queries_and_corpus(sys.argv[2:])
found = []
for start in range(0, len(queries), 1000):
    scores = queries[start : start + 1000] @ corpus.T
    if queries is corpus:
        np.fill_diagonal(scores[:, start:], -np.inf)
    ids = np.argpartition(scores, -k, axis=1)[:, -k:]
    nearest = np.take_along_axis(scores, ids, axis=1)
    order = np.argsort(-nearest, axis=1)
    found.append((np.take_along_axis(ids, order, axis=1), np.take_along_axis(nearest, order, axis=1)))
write_neighbours(*(np.concatenate(parts) for parts in zip(*found)))
