"""Greets whom its arguments name, and says of protected texts only how many words they have."""

import json
import os
import sys
from pathlib import Path

from protected_data import open_protected_data

INPUT = Path(os.environ["IEXEC_IN"])
OUTPUT = Path(os.environ["IEXEC_OUT"])


def run(names):
    lines = [f"Hello, {' and '.join(names) or 'world'}."]

    # What others have protected and let this app use: one dataset, or several in a bulk request.
    for data in open_protected_data():
        words = data.value("secretText", "string").split()
        lines.append(f"A protected text has {len(words)} words.")

    # Public files that the requester named by their URLs.
    for number in range(1, int(os.environ.get("IEXEC_INPUT_FILES_NUMBER", "0")) + 1):
        file = INPUT / os.environ[f"IEXEC_INPUT_FILE_NAME_{number}"]
        lines.append(f"Input file {number} has {file.stat().st_size} bytes.")

    # Secrets of the app's developer and of the requester, which no worker sees.
    if os.environ.get("IEXEC_APP_DEVELOPER_SECRET"):
        lines.append("The app has its secret.")
    if os.environ.get("IEXEC_REQUESTER_SECRET_1"):
        lines.append("The requester gave a secret.")
    return "\n".join(lines) + "\n"


# What is printed goes to the requester as a log.
print(f"Running with {len(sys.argv) - 1} arguments.")
result = OUTPUT / "result.txt"
result.write_text(run(sys.argv[1:]))
# computed.json names the file or folder that workers have to agree on.
(OUTPUT / "computed.json").write_text(json.dumps({"deterministic-output-path": str(result)}))
