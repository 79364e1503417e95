"""Peer: correlations of the scores of row i of both files with gold scores, by NumPy and SciPy; CSV to stdout.

usage: scipy_sts.py A.npy B.npy GOLD.npy
       scipy_sts.py --version
"""
import sys

import numpy as np
import scipy
from scipy.stats import kendalltau, pearsonr, spearmanr

from paired_scores import load, paired_scores

if sys.argv[1] == "--version":
    print(f"SciPy {scipy.__version__}")
    sys.exit()
a, b, gold = map(load, sys.argv[1:])
print("metric,pearson,spearman,kendall")
for name, scores in paired_scores(a, b).items():
    found = [correlation(scores, gold.ravel())[0] for correlation in (pearsonr, spearmanr, kendalltau)]
    print(name, *found, sep=",")
