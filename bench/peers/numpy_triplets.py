"""Peer: the share of triplets whose positive is nearer than their negative, by NumPy; CSV to stdout.

usage: numpy_triplets.py ANCHORS.npy POSITIVES.npy NEGATIVES.npy
       numpy_triplets.py --version
"""
import sys

import numpy as np

from paired_scores import load, paired_scores

if sys.argv[1] == "--version":
    print(f"NumPy {np.__version__}")
    sys.exit()
anchors, positives, negatives = map(load, sys.argv[1:])
positive, negative = paired_scores(anchors, positives), paired_scores(anchors, negatives)
print("metric,accuracy")
for name, scores in positive.items():
    print(name, (scores > negative[name]).mean(), sep=",")
