"""Peer: what a simcli user wrote before, cosine similarity of two CSV files with pandas and scikit-learn.

usage: sklearn_cosine.py A.csv B.csv
       sklearn_cosine.py --version
"""
import sys

import pandas
import sklearn
from sklearn.metrics.pairwise import cosine_similarity

if sys.argv[1] == "--version":
    print(f"pandas {pandas.__version__} + scikit-learn {sklearn.__version__}")
    sys.exit()
left = pandas.read_csv(sys.argv[1], header=None).to_numpy()
right = pandas.read_csv(sys.argv[2], header=None).to_numpy()
print(cosine_similarity(left, right))
