"""Morphs of all identities of a set as a stimulus set."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mien.expressions import ends_of
from mien.reporting import progress
from mien.stimuli.levels import morph_levels
from mien.stimuli.photographs.morphs import End, morphs
from mien.stimuli.photographs.preparation import SOURCE, Prepared
from mien.stimuli.pictures import picture_columns


def morph_set(prepared: Prepared, continua: Sequence[str], levels: int, edge: float, mouth: str) -> pd.DataFrame:
    """A `stimuli` table of morphs: every continuum of every identity, and their names.

    Args:
        prepared: the set whose identities are shown, each with every expression.
        levels: inner levels, equally spaced (`levels.morph_levels`).
        edge: of cut-outs, pixels, and `mouth`: as in `morphs.morphs`.
    """
    identities = prepared.pictures["identity"].unique()
    rows = zip(prepared.pictures["identity"], prepared.pictures["expression"], strict=True)
    ends = {key: End(*face) for key, face in zip(rows, prepared.aligned, strict=True)}
    shares = morph_levels(levels)
    design = [(person, continuum, level) for person in identities for continuum in continua for level in shares]

    def drawn():
        for person in identities:
            for continuum in continua:
                first, second = (ends[person, expression] for expression in ends_of(continuum))
                yield from morphs(first, second, shares, edge, mouth)

    identity, continuum, level = zip(*design, strict=True)
    return pd.DataFrame(
        {
            "stimulus": [f"morphs/{person}/{which}/{share:.3f}" for person, which, share in design],
            "set": "morphs",
            "identity": identity,
            "expression": None,
            "continuum": continuum,
            "level": np.array(level),
            **picture_columns(progress(drawn(), "morph", unit="picture", total=len(design)), SOURCE),
        }
    )
