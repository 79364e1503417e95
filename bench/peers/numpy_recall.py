"""Peer: recall of found neighbours against exact ones by NumPy, as benchmarks of indexes compute it; to stdout.

usage: numpy_recall.py K TRUTH.ivecs FOUND.ivecs
       numpy_recall.py --version
"""
import sys

import numpy as np

if sys.argv[1] == "--version":
    print(f"NumPy {np.__version__}")
    sys.exit()
k = int(sys.argv[1])


def ivecs(file):
    numbers = np.fromfile(file, dtype=np.int32)
    return numbers.reshape(-1, numbers[0] + 1)[:, 1:]


truth, found = (ivecs(file)[:, :k] for file in sys.argv[2:])
recall = np.array([len(np.intersect1d(t, f)) for t, f in zip(truth, found)]) / k
print(recall.mean(), recall.min(), np.percentile(recall, 5), np.mean(recall == 1))
