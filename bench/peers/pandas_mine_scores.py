"""Peer: the negatives with the best scores of a teacher for each anchor i, whose positive is row i of the corpus, by pandas; CSV to stdout.

usage: pandas_mine_scores.py NEGATIVES SCORES.csv
       pandas_mine_scores.py --version
"""
import sys

import pandas as pd

if sys.argv[1] == "--version":
    print(f"pandas {pd.__version__}")
    sys.exit()
pairs = pd.read_csv(sys.argv[2])
is_positive = pairs.anchor == pairs.id
positives = pairs[is_positive].set_index("anchor").score.rename("positive_score")
negatives = pairs[~is_positive].rename(columns={"id": "negative", "score": "negative_score"})
best = negatives.sort_values(["anchor", "negative_score"], ascending=[True, False]).groupby("anchor").head(int(sys.argv[1]))
records = best.join(positives, on="anchor", how="inner")
records["positive"] = records.anchor
records[["anchor", "positive", "negative", "positive_score", "negative_score"]].to_csv(sys.stdout, index=False)
