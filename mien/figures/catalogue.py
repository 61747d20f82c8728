"""Which figures there are, and what each needs: read off the heads of their modules, which are not imported.

So the Snakefile knows every figure without matplotlib, and a figure says all that is known of it in its own module:

- `SETS`: stimulus sets that a study must have, or it goes without the figure;
- `TABLES`: what it reads: the study's tables by their names; `units`, the table of the focus at its layer and seed;
  `nodes`, of every network drawn, from the first layer on: `network`, `layer`, `channels`, `rows`, `columns`, `trunk`,
  `traced_by`; `inputs`, how the focus wants its pictures: `network`, `size`;
  `morphs` and `pictures`, stimulus sets; `rejected` and `photographs` of a set of photographs;
- `PANELS`: the panels whose numbers are written as CSV, with what they hold;
- `REPORT`: its category and its title in the report. Its caption is `workflow/report/MODULE.rst`;
- `CHOSEN`: what it and its caption are told of the study, and no more, since it is drawn again if that changes: the
  `expressions`, and `how_many` they are, in words; the `focus` and its `seed`; `compare`, the networks in order;
  `layer`, where each is read; `criterion`, in words; `published`, whether its participants are compared with; of a
  contact sheet, `pictures`, what they are called;
- `draw(tables, chosen)`: gives the figure and the numbers in its panels.
"""

import ast
import functools
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Drawn(NamedTuple):
    """What a figure's module says of it: see above."""

    SETS: tuple[str, ...]
    TABLES: tuple[str, ...]
    PANELS: dict[str, str]
    REPORT: tuple[str, str]
    CHOSEN: tuple[str, ...]


@functools.cache
def catalogue() -> dict[str, Drawn]:
    """Every figure, by the name of its module: by their numbers, then those that have none."""
    found = {path.stem: _constants(path) for path in sorted(Path(__file__).parent.glob("*.py"), key=_place)}
    return {name: Drawn(**constants) for name, constants in found.items() if constants}


def figures_of(sets: Iterable[str]) -> list[str]:
    """The figures that a study with these stimulus sets has; not the contact sheets, which are of one set each."""
    every = catalogue().items()
    return [name for name, drawn in every if set(drawn.SETS) <= set(sets) and "{pictures}" not in drawn.REPORT[1]]


def _place(path: Path) -> tuple[float, str]:
    """The number of a figure's module, such as 10 of `fig10_unit_counts`, and its name."""
    number = re.match(r"fig(\d+)_", path.stem)
    return (int(number[1]) if number else math.inf, path.stem)


def _constants(path: Path) -> dict[str, object]:
    """The constants of `Drawn` that a module assigns, which must be literals."""
    assigned = [node for node in ast.parse(path.read_bytes()).body if isinstance(node, ast.Assign)]
    named = {target.id: node.value for node in assigned for target in node.targets if isinstance(target, ast.Name)}
    return {name: ast.literal_eval(value) for name, value in named.items() if name in Drawn._fields}
