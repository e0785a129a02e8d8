"""Logistic regression by gradient descent, in plain Python.

There is no chance in it: the same rows give the same model on every worker.
"""

import math

RATE = 0.5
DIGITS = 6


def train(rows, steps):
    """Returns weights for columns that are scaled to mean 0 and deviation 1."""
    columns = list(zip(*(values for values, _ in rows)))
    means = [sum(column) / len(column) for column in columns]
    spreads = [
        math.sqrt(sum((value - mean) ** 2 for value in column) / len(column)) or 1.0
        for column, mean in zip(columns, means)
    ]
    scaled = [([(v - m) / s for v, m, s in zip(values, means, spreads)], label) for values, label in rows]
    weights, bias = [0.0] * len(means), 0.0
    for _ in range(steps):
        errors = [(_probability(weights, bias, values) - label, values) for values, label in scaled]
        bias -= RATE * sum(error for error, _ in errors) / len(errors)
        for column in range(len(weights)):
            weights[column] -= RATE * sum(error * values[column] for error, values in errors) / len(errors)
    rounded = {"weights": weights, "means": means, "deviations": spreads}
    return {**{name: [round(v, DIGITS) for v in list_] for name, list_ in rounded.items()}, "bias": round(bias, DIGITS)}


def predict(model, values):
    """Returns the probability of yes."""
    scaled = [(v - m) / s for v, m, s in zip(values, model["means"], model["deviations"])]
    return _probability(model["weights"], model["bias"], scaled)


def accuracy(model, rows):
    """Returns the part of the rows that the model predicts right."""
    right = sum((predict(model, values) > 0.5) == label for values, label in rows)
    return round(right / len(rows), 4)


def _probability(weights, bias, values):
    score = bias + sum(weight * value for weight, value in zip(weights, values))
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, score))))
