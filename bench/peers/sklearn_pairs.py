"""Peer: best accuracy and F1, average precision and ROC AUC of labelled pairs, by NumPy and scikit-learn; CSV to stdout.

usage: sklearn_pairs.py A.npy B.npy LABELS.txt
       sklearn_pairs.py --version
"""
import sys

import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from paired_scores import load, paired_scores

if sys.argv[1] == "--version":
    print(f"scikit-learn {sklearn.__version__}")
    sys.exit()
a, b = map(load, sys.argv[1:3])
labels = np.loadtxt(sys.argv[3], dtype=int)
positives, negatives = labels.sum(), len(labels) - labels.sum()
print("metric,accuracy,accuracy_threshold,f1,f1_threshold,average_precision,auc")
for name, scores in paired_scores(a, b).items():
    wrong, found, thresholds = roc_curve(labels, scores, drop_intermediate=False)
    accuracy = (found * positives + (1 - wrong) * negatives) / len(labels)
    precision, recall, from_score = precision_recall_curve(labels, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    best, best_f1 = accuracy.argmax(), f1[:-1].argmax()
    average, auc = average_precision_score(labels, scores), roc_auc_score(labels, scores)
    print(name, accuracy[best], thresholds[best], f1[best_f1], from_score[best_f1], average, auc, sep=",")
