"""The values of NumPy, SciPy, scikit-learn and PyTorch for the cases of test/accuracy, which measures their errors.

Reads a JSON list of cases from stdin and writes, for each, the values by program; null for a value that is not finite.
"""

import importlib.util
import json
import math
import sys
import warnings
from pathlib import Path

import numpy as np
import torch
from scipy import stats
from scipy.spatial.distance import cdist
from sklearn import metrics as sk

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
sys.dont_write_bytecode = True

PATH = Path(__file__).parents[2] / "fixtures" / "generate-losses.py"
SPEC = importlib.util.spec_from_file_location("losses", PATH)
losses = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(losses)


def normalised(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def metric(name, a, b):
    s, t = torch.tensor(a), torch.tensor(b)
    names = {"euclidean": "euclidean", "sqeuclidean": "sqeuclidean", "manhattan": "cityblock", "chebyshev": "chebyshev"}
    if name == "dot":
        return a @ b.T, s @ t.T
    if name == "cosine":
        return normalised(a) @ normalised(b).T, torch.nn.functional.cosine_similarity(s[:, None], t[None], dim=2)
    if name == "correlation":
        n = len(a)
        return np.corrcoef(a, b)[:n, n:], torch.corrcoef(torch.cat([s, t]))[:n, n:]
    if name == "sqeuclidean":
        return cdist(a, b, name), ((s[:, None] - t[None]) ** 2).sum(dim=2)
    return cdist(a, b, names[name]), torch.cdist(s, t, p={"euclidean": 2, "manhattan": 1, "chebyshev": math.inf}[name])


def of_metrics(value, a, b):
    numpy, pytorch = metric(value, np.array(a, dtype=float), np.array(b, dtype=float))
    return {"NumPy, SciPy": numpy.ravel(), "PyTorch": pytorch.numpy().ravel()}


def cross_entropy(s, positive, negative, temperature):
    left_out = positive & ~torch.eye(len(s), dtype=torch.bool)
    target = torch.arange(len(s))
    logits = (s / temperature).masked_fill(left_out, -torch.inf)
    return [(target, torch.nn.functional.cross_entropy(logits, target, reduction="none"))]


def supcon(s, positive, negative, temperature):
    logits = (s / temperature).masked_fill(~(positive | negative), -torch.inf)
    log_probability = (logits - torch.logsumexp(logits, dim=1, keepdim=True)).masked_fill(~positive, 0)
    return [(torch.arange(len(s)), -log_probability.sum(dim=1) / positive.sum(dim=1))]


def loss(value, similarities, labels):
    s = torch.tensor(similarities, dtype=torch.float64)
    positive, negative = losses.masks(labels, len(s), False)
    if value == "hard-negative":
        return losses.reduced(losses.hard_negative(s, negative, "semi-hard", "floor", 0.25), "sum")
    settings = next(settings for kind, settings in losses.SETTINGS if settings.get("mining", kind) == value)
    function = {**losses.TRIPLETS, **losses.LOSSES, "infonce": cross_entropy, "supcon": supcon}[value]
    arguments = {key: number for key, number in settings.items() if key != "mining"}
    return losses.reduced(function(s, positive, negative, **arguments), losses.DEFAULT_REDUCTION[value])


def cosent(similarities, scores):
    """CoSENTLoss of Sentence Transformers."""
    s, gold = torch.tensor(similarities, dtype=torch.float64), torch.tensor(scores)
    differences = 20 * (s[:, None] - s[None])
    kept = differences[gold[:, None] < gold[None]]
    return torch.logsumexp(torch.cat([torch.zeros(1, dtype=s.dtype), kept]), dim=0)


def of_lists(value, x, y, labels):
    a, b = np.array(x, dtype=float), np.array(y, dtype=float)
    s, t = torch.tensor(a), torch.tensor(b)
    scipy = {
        "mean": lambda: np.mean(a),
        "sd": lambda: np.std(a),
        "pearson": lambda: stats.pearsonr(a, b)[0],
        "spearman": lambda: stats.spearmanr(a, b)[0],
        "kendall": lambda: stats.kendalltau(a, b)[0],
        "auc": lambda: sk.roc_auc_score(labels, a),
        "average precision": lambda: sk.average_precision_score(labels, a),
    }[value]
    try:
        found = {"NumPy, SciPy": [scipy()]}
    except ValueError:
        # An intermediate result is infinite.
        found = {"NumPy, SciPy": [math.nan]}
    pytorch = {
        "mean": lambda: s.mean(),
        "sd": lambda: s.std(unbiased=False),
        "pearson": lambda: torch.corrcoef(torch.stack([s, t]))[0, 1],
    }
    if value in pytorch:
        found["PyTorch"] = [float(pytorch[value]())]
    return found


def of_queries(value, queries):
    """NumPy; NDCG by scikit-learn."""
    first = np.array([query["ranks"][0] for query in queries])
    within = np.array([sum(rank <= 10 for rank in query["ranks"]) for query in queries])
    if value == "mrr":
        return np.mean(1 / first)
    if value == "precision@10":
        return np.mean(within / 10)
    if value == "recall@10":
        return np.mean(within / [len(query["ranks"]) for query in queries])
    if value == "map":
        return np.mean([np.mean(np.arange(1, len(q["ranks"]) + 1) / q["ranks"]) for q in queries])
    grades = np.zeros((len(queries), 40))
    for i, query in enumerate(queries):
        grades[i, np.array(query["ranks"]) - 1] = query["grades"]
    return sk.ndcg_score(grades, np.tile(-np.arange(40.0), (len(queries), 1)), k=10)


def values_of(value, arguments):
    if "a" in arguments:
        return of_metrics(value, **arguments)
    if value == "cosent":
        return {"PyTorch": [float(cosent(**arguments))]}
    if "similarities" in arguments:
        return {"PyTorch": [float(loss(value, **arguments))]}
    if "x" in arguments:
        return of_lists(value, **arguments)
    if "queries" in arguments:
        return {"NumPy, SciPy": [of_queries(value, **arguments)]}
    if value == "normal tails":
        return {"NumPy, SciPy": 2 * stats.norm.sf(arguments["z"])}
    if value == "Student's tails":
        return {"NumPy, SciPy": 2 * stats.t.sf(arguments["t"], arguments["freedom"])}
    test = {"t-test p": stats.ttest_rel, "Wilcoxon p": stats.wilcoxon}[value]
    return {"NumPy, SciPy": [test(arguments["values"], arguments["baseline"]).pvalue]}


def finite(numbers):
    return [float(x) if math.isfinite(x) else None for x in numbers]


found = [values_of(case["value"], case["input"]) for case in json.load(sys.stdin)]
json.dump([{program: finite(numbers) for program, numbers in each.items()} for each in found], sys.stdout)
