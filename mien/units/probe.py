"""The second pass over a network: which units of its layers are read."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from mien.errors import InputError
from mien.provenance import digest_of_file
from mien.tables import parquet


def units_read(
    groups: Mapping[str, str | Path], digests: Mapping[str, str], layers: Iterable[str]
) -> dict[str, np.ndarray]:
    """The units of all groups of these layers, sorted; not of a layer whose table is another one, or none, by now.

    Other layers' tables are no inputs of the job that reads them, and their own jobs may make them anew meanwhile. The
    first layer is the job's own.

    Args:
        digests: of the tables, when their layers' files were named after them.

    Raises:
        InputError: the table of the first layer cannot be read.
    """
    first, *others = layers
    units = {first: _units(groups[first])}
    for layer in others:
        with suppress(InputError, FileNotFoundError):
            found = _units(groups[layer])
            if digest_of_file(groups[layer]) == digests[layer]:
                units[layer] = found
    return units


def _units(file: str | Path) -> np.ndarray:
    return np.unique(parquet.read(file, ["unit"])["unit"].to_numpy())
