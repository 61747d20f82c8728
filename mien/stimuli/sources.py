"""Where pictures come from: the sources that a study's sets and diets may name, and what the workflow asks of each.

A source is a module for what it gives, or two, so that editing diets makes no set again:

    stimulus_set(name, design, expressions, variation, size, seed)    a `stimuli` table
    diet(name, design, expressions, variation, size, seed)            a `diet` table

`name`: of the set or diet; `design`: what the configuration says of it; `expressions`: the study's; `variation`:
half-ranges of view and expression that it names; `size`: side of the pictures, pixels; `seed`: of the study's stimuli.
What needs more than these, another environment or a step before it, has rules of its own. Light to import: the
Snakefile asks here.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mien.stimuli.own_files import labelled_files, listed_files


class Source(NamedTuple):
    """A source of pictures."""

    photographs: bool | None  #: whether its pictures are photographs of people; None where only the user knows
    sets: str | None = None  #: the module that has `stimulus_set`; None where it gives none or has rules of its own
    diets: str | None = None  #: the module that has `diet`
    files: Callable[[Mapping[str, Any]], list[Path]] | None = None  #: of the user's, that a set or diet is read from


#: By the name in the configuration, whose models say what a set or a diet of each source needs.
SOURCES = {
    "parametric": Source(False, sets="mien.stimuli.faces.sets", diets="mien.stimuli.faces.diets"),
    "ict": Source(False),
    "objects": Source(False, diets="mien.stimuli.objects.diets"),
    "mixed": Source(False, diets="mien.stimuli.mixed"),
    "pictures": Source(None, sets="mien.stimuli.own_pictures", files=listed_files),
    "folder": Source(None, diets="mien.stimuli.labelled_folder", files=labelled_files),
    "photographs": Source(True),
}
