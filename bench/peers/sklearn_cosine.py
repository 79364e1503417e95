"""What a simcli user wrote before: cosine similarity of two CSV files with pandas and scikit-learn."""
import sys

import pandas
from sklearn.metrics.pairwise import cosine_similarity

left = pandas.read_csv(sys.argv[1], header=None).to_numpy()
right = pandas.read_csv(sys.argv[2], header=None).to_numpy()
print(cosine_similarity(left, right))
