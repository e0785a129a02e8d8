"""Trains a model on tables that nobody else sees: whether the last column is yes, told by the numbers in the others.

The first argument may say how many steps the training takes. The result, model.json, is enough to use the model
anywhere; it has no row of the tables in it.
"""

import csv
import io
import json
import os
import sys
from pathlib import Path

from model import accuracy, train
from protected_data import open_protected_data

OUTPUT = Path(os.environ["IEXEC_OUT"])
# Of fewer rows, the weights would tell too much about each.
LEAST_ROWS = 20
# Every fifth row is kept for the test.
TEST_EVERY = 5


def read_tables():
    """Returns the names of the columns, and the rows of all tables: numbers, and whether the last column is yes."""
    header, rows = None, []
    for data in open_protected_data():
        table = list(csv.reader(io.StringIO(data.value("table").decode())))
        if header is not None and table[0] != header:
            sys.exit(f"The tables have different columns: {header} and {table[0]}.")
        header = table[0]
        rows += [([float(cell) for cell in row[:-1]], row[-1] == "yes") for row in table[1:]]
    if len(rows) < LEAST_ROWS:
        sys.exit(f"{len(rows)} rows are too few to train on without giving them away: have at least {LEAST_ROWS}.")
    return header, rows


steps = int(sys.argv[1]) if len(sys.argv) > 1 else 300
header, rows = read_tables()
tested = rows[::TEST_EVERY]
trained = [row for index, row in enumerate(rows) if index % TEST_EVERY != 0]
model = train(trained, steps)
print(f"Trained on {len(trained)} rows, tested on {len(tested)} others.")

result = OUTPUT / "model.json"
about = {"predicts": header[-1], "from": header[:-1], "rows": len(trained), "accuracy": accuracy(model, tested)}
result.write_text(json.dumps({**about, **model}, indent=2) + "\n")
(OUTPUT / "computed.json").write_text(json.dumps({"deterministic-output-path": str(result)}))
