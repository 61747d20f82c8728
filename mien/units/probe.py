"""The second pass over a network: which units of its layers are read, and what is kept of each layer."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from mien.errors import InputError
from mien.provenance import digest_of_file
from mien.stimuli.neighbours import along_continua
from mien.tables import parquet
from mien.tables.columns import PICTURE
from mien.units.kept import Kept
from mien.units.kernels import PICTURES, WholeLayer
from mien.units.responses import Readout, first_of

#: Bytes of responses that the layers of a pass may keep in files; the 13 convolutions of a VGG-16 at full size keep 14
#: billion. Layers beyond it are left to the next pass: those nearest to the input, a short one.
MOST_KEPT = 20_000_000_000


class LayerResponses:
    """What a pass over the stimulus sets keeps of one layer; several may be fed in turn.

    `units` are those whose responses are kept: of all groups but `all`, which `whole` takes.
    """

    def __init__(self, groups: pd.DataFrame, whole: WholeLayer, folder: str | Path):
        """Nothing added yet, nor to `whole`; the arguments are those of `WholeLayer`."""
        self.units = np.unique(groups.loc[groups["group"] != "all", "unit"].to_numpy())
        self.whole = whole
        self._kept: Kept | None = None
        self._folder = folder

    def add(self, name: str, responses: torch.Tensor, rows: np.ndarray) -> None:
        """Add responses, (batch, channels, rows, columns) float32, to the pictures of these places in a set."""
        if self._kept is None:
            self._kept = Kept(self.units, responses, self._folder)
            self.units = self._kept.units
        for row, values in zip(rows.tolist(), self._kept.of(responses), strict=True):
            self._kept.write(row, values)
        if name == "localizer":
            self.whole.add_localizer(responses, rows)
        else:
            self.whole.add(name, responses, rows)

    def values(self, n: int) -> np.ndarray:
        """Responses to the n pictures of the set that was added last, float32 (pictures, units)."""
        return self._kept.rows(n)


def groups_read(
    files: Mapping[str, str | Path], digests: Mapping[str, str], layers: Iterable[str]
) -> dict[str, pd.DataFrame]:
    """The tables `groups` of these layers; not of a layer whose table is another one, or none, by now.

    Other layers' tables are no inputs of the job that reads them, and their own jobs may make them anew meanwhile. The
    first layer is the job's own.

    Args:
        digests: of the tables, when their layers' files were named after them.

    Raises:
        InputError: the table of the first layer cannot be read.
    """
    first, *others = layers
    groups = {first: parquet.read(files[first])}
    for layer in others:
        with suppress(InputError, FileNotFoundError):
            found = parquet.read(files[layer])
            if digest_of_file(files[layer]) == digests[layer]:
                groups[layer] = found
    return groups


def labels(stimuli: Sequence[str | Path]) -> dict[str, pd.DataFrame]:
    """The tables of stimulus sets without their pictures, by the sets' names, in the files' order."""
    tables = [parquet.read(file, PICTURE) for file in stimuli]
    return {table["set"].iloc[0]: table for table in tables}


def keeping(
    readout: Readout,
    groups: Mapping[str, pd.DataFrame],
    sets: Mapping[str, pd.DataFrame],
    settings: Mapping,
    network: tuple[str, str],
    folder: str | Path,
) -> dict[str, LayerResponses]:
    """What keeps the layers that share a pass: the first, and those others for whose responses there is room.

    Args:
        groups: of each layer, its table.
        sets, settings, folder: as in `WholeLayer`.
        network: its name, and its seed; with the layer they name the random draws.
    """
    name, seed = network
    most = len(sets["localizer"]) + PICTURES
    sizes = {layer: (groups[layer]["group"] == "all").sum() * most * 4 for layer in readout.layers}
    kept = {}
    for layer in first_of(sizes, MOST_KEPT):
        whole = WholeLayer(groups[layer], sets, settings, (name, layer, seed), readout.device, folder)
        kept[layer] = LayerResponses(groups[layer], whole, folder)
    return kept


def probe(
    readout: Readout,
    kept: Mapping[str, LayerResponses],
    labelled: pd.DataFrame,
    pictures: Sequence[bytes],
    batch_size: int,
    what: str,
) -> None:
    """Read a stimulus set in one pass, and tell each layer's responses to what keeps them; the localizer comes first.

    Args:
        kept: of each layer that is read.
        labelled: the set's table as `labels` gives it.
        what: words for the progress bar.
    """
    name = labelled["set"].iloc[0]
    order = along_continua(labelled) if name == "morphs" else np.arange(len(labelled))
    readout.of(kept).stream(
        [pictures[place] for place in order],
        batch_size,
        f"{what} {name}",
        lambda layer, batch, responses: kept[layer].add(name, responses, order[batch]),
    )
