"""Peer: accuracy of bitext retrieval by cosine, ratio margin, distance margin and CSLS, by NumPy, from one float32
matrix of all cosines; CSV to stdout.

usage: numpy_bitext.py A.npy B.npy
       numpy_bitext.py --version
"""
import sys

import numpy as np

from search_files import unit_rows

if sys.argv[1] == "--version":
    print(f"NumPy {np.__version__}")
    sys.exit()
cosines = unit_rows(sys.argv[1]) @ unit_rows(sys.argv[2]).T
gold = np.arange(len(cosines))


def means(matrix, k):
    """The mean of the k nearest of each row, in blocks, so that the partitioned copy is small."""
    blocks = range(0, len(matrix), 1000)
    return np.concatenate([np.partition(matrix[i : i + 1000], -k, axis=1)[:, -k:].mean(axis=1) for i in blocks])


def report(name, matrix):
    print(name, (matrix.argmax(axis=1) == gold).mean(), (matrix.argmax(axis=0) == gold).mean(), sep=",")


print("score,forward_accuracy,backward_accuracy")
report("cosine", cosines)
own, others = means(cosines, 4)[:, None] / 2, means(cosines.T, 4) / 2
report("ratio", cosines / (own + others))
report("distance", cosines - (own + others))
report("csls", 2 * cosines - means(cosines, 10)[:, None] - means(cosines.T, 10))
