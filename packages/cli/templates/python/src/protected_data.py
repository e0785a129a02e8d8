"""Reads protected data: zip files with one entry for each value."""

import os
import struct
import zipfile
from pathlib import Path

NOBODY = "0x" + "00" * 20

READERS = {
    "bool": lambda content: content == b"\x01",
    "f64": lambda content: struct.unpack("<d", content)[0],
    "i128": lambda content: int.from_bytes(content, "little", signed=True),
    "string": lambda content: content[4:].decode(),
}


class ProtectedData:
    """The values of one dataset, by name; names of nested values have dots: "address.city"."""

    def __init__(self, file):
        self._archive = zipfile.ZipFile(file)

    def value(self, name, kind="bytes"):
        """Returns a value of one of the kinds bool, f64, i128 and string; a file as bytes."""
        content = self._archive.read(name.replace(".", "/"))
        return READERS.get(kind, bytes)(content)

    def names(self):
        """Returns the names of all values."""
        return [name.replace("/", ".") for name in self._archive.namelist() if not name.endswith("/")]


def open_protected_data():
    """Returns the protected data of this task: none, one dataset, or those of a bulk request.

    Data of a bulk request may be missing, as when its owner has withdrawn it.
    """
    count = int(os.environ.get("IEXEC_BULK_SLICE_SIZE", "0"))
    if count > 0:
        files = [os.environ[f"IEXEC_DATASET_{number}_FILENAME"] for number in range(1, count + 1)]
    else:
        files = [name for name in [os.environ.get("IEXEC_DATASET_FILENAME", "")] if name not in ("", NOBODY)]
    paths = [Path(os.environ["IEXEC_IN"], name) for name in files]
    return [ProtectedData(path) for path in paths if count == 0 or path.exists()]
