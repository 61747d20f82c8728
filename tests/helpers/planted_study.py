"""A study with a planted truth, as pictures: a pixel is a unit of the network `pixels`, and its grey level a response.

Responses are in standard deviations of a unit's noise. A picture holds them in steps of 1 / `GREYS`, so rounding adds
0.03 % to the variance of the noise; levels are cut off at 0 and 255, eight standard deviations from the mean.

A face that looks like an expression moves the units that prefer it. A classifier can know no better than what a face
looks like, so what it answers to faces that show one expression and look like another, drawn from a planted matrix, is
that matrix.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from PIL import Image

from mien.draws import generator
from mien.expressions import EXPRESSIONS, ends_of

SIDE, MEAN, GREYS = 32, 128, 16  # pixels a side; grey level of no response; grey levels a standard deviation

#: How many units of each kind; all other pixels are `neither`. Half of the selective ones have the weak step.
KINDS = {"selective": 120, "mixed": 60, "identity": 100, "constant": 24}
STRONG, WEAK = 2.5, 0.9  # what its preferred expression adds to a unit's response
PERSON = 2.0  # standard deviation over people of what a person adds to a unit's response

IDENTITIES = {"localizer": 20, "controlled": 60, "wild": 60, "morphs": 15}
LEVELS = tuple(k / 20 for k in range(1, 20))
#: Level at which the average person's face turns from looking like the first expression into looking like the second.
BOUNDARIES = {"happiness-anger": 0.3, "happiness-fear": 0.5, "disgust-sadness": 0.7}
SPREAD, WIDTH = 0.04, 0.03  # standard deviation of that level over people; width of the turn, a logistic curve's


@dataclass(frozen=True)
class Truth:
    """What is planted in every unit: its kind, the expression (0 to 5) it prefers, and how much that adds."""

    name: tuple
    kind: np.ndarray
    prefers: np.ndarray
    step: np.ndarray


def _confusions(right: float, errors: np.ndarray) -> np.ndarray:
    """What faces look like, (shown, looked like): what they show in a share `right`, and else by these weights."""
    errors = np.where(np.eye(len(EXPRESSIONS), dtype=bool), 0, errors)
    return right * np.eye(len(EXPRESSIONS)) + (1 - right) * errors / errors.sum(axis=1, keepdims=True)


_SHARED, _OWN = 0.2 + generator("planted", "errors").exponential(size=(2, len(EXPRESSIONS), len(EXPRESSIONS)))

#: What people answer, and what the network does: errors of which some are people's, and fewer on the wild set.
PEOPLE = _confusions(0.75, _SHARED)
CONFUSIONS = {"controlled": _confusions(0.65, 2 * _SHARED + _OWN), "wild": _confusions(0.45, _SHARED + 2 * _OWN)}


def plant(*name: object, units: int = SIDE**2) -> Truth:
    """Units of known kinds at random places; another name gives another draw."""
    draws = generator(*name, "units")
    kind = np.full(units, "neither", dtype=object)
    kind[: sum(KINDS.values())] = np.repeat(list(KINDS), list(KINDS.values()))
    prefers = np.arange(units) % len(EXPRESSIONS)
    step = np.where(np.isin(kind, ["selective", "mixed"]), STRONG, 0)
    step[KINDS["selective"] // 2 : KINDS["selective"]] = WEAK
    place = draws.permutation(units)
    return Truth(name, kind[place], prefers[place], step[place])


def faces(truth: Truth, set_: str) -> tuple[pd.DataFrame, np.ndarray]:
    """A set of faces, identity by identity: its table, with what each `looks_like`, and responses (images, units).

    A face looks like what it shows in the localizer, and in the other sets like what `CONFUSIONS` draws.
    """
    n, k = IDENTITIES[set_], len(EXPRESSIONS)
    shown = np.tile(np.arange(k), n)
    looked = answers(CONFUSIONS.get(set_, np.eye(k)), shown, *truth.name, set_, "looks")
    person = np.repeat(np.arange(n), k)
    noise = generator(*truth.name, set_, "noise").standard_normal((n * k, len(truth.kind)))
    stimuli = _table(set_, person).assign(
        expression=np.array(EXPRESSIONS)[shown], looks_like=np.array(EXPRESSIONS)[looked]
    )
    return stimuli, _responses(truth, set_, np.eye(k)[looked], person, noise)


def morphs(truth: Truth) -> tuple[pd.DataFrame, np.ndarray]:
    """Morphs whose look turns at each person's own level about the planted one: table and responses, as `faces`.

    A person's noise is the same along a continuum but for a tenth of its variance, as a morph changes nothing else.
    """
    n, levels = IDENTITIES["morphs"], np.array(LEVELS)
    tables, parts = [], []
    for continuum, boundary in BOUNDARIES.items():
        draws = generator(*truth.name, "morphs", continuum)
        first, second = (EXPRESSIONS.index(end) for end in ends_of(continuum))
        turn = boundary + SPREAD * draws.standard_normal((n, 1))
        share = (1 / (1 + np.exp(-(levels - turn) / WIDTH))).ravel()
        weights = np.zeros((n * len(levels), len(EXPRESSIONS)))
        weights[:, first], weights[:, second] = 1 - share, share
        person = np.repeat(np.arange(n), len(levels))
        own = draws.standard_normal((n, len(truth.kind)))[person]
        noise = np.sqrt(0.9) * own + np.sqrt(0.1) * draws.standard_normal(own.shape)
        parts.append(_responses(truth, "morphs", weights, person, noise))
        tables.append(_table("morphs", person).assign(continuum=continuum, level=np.tile(levels, n)))
    table = pd.concat(tables, ignore_index=True)
    return table.assign(stimulus=[f"morphs/{number:04d}" for number in range(len(table))]), np.concatenate(parts)


def answers(confusions: np.ndarray, shown: np.ndarray, *name: object) -> np.ndarray:
    """What is drawn for every face that shows an expression (0 to 5) from a matrix (shown, drawn)."""
    chance = generator(*name).random(len(shown))
    return (chance[:, None] > np.cumsum(confusions, axis=1)[shown, :-1]).sum(axis=1)


def people_trials(people: int, *name: object) -> pd.DataFrame:
    """People's answers to the faces of the controlled set, by `PEOPLE`: their CSV."""
    stimuli = _table("controlled", np.repeat(np.arange(IDENTITIES["controlled"]), len(EXPRESSIONS)))
    shown = np.tile(np.arange(len(EXPRESSIONS)), IDENTITIES["controlled"])
    words = np.array(EXPRESSIONS)
    return pd.concat(
        stimuli.assign(
            observer="planted people",
            subject=f"person-{number:02d}",
            true_expression=words[shown],
            response_expression=words[answers(PEOPLE, shown, *name, "person", number)],
        )
        for number in range(people)
    )


def _table(set_: str, person: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "stimulus": [f"{set_}/{number:04d}" for number in range(len(person))],
            "set": set_,
            "identity": [f"{set_}-{number:02d}" for number in person],
        }
    )


def _responses(truth: Truth, set_: str, weights: np.ndarray, person: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Step of the preferred expression, by how much a face looks like it, and what the person and the noise add."""
    people = generator(*truth.name, set_, "people").standard_normal((person.max() + 1, len(truth.kind)))
    responses = truth.step * weights[:, truth.prefers] + noise
    responses += PERSON * people[person] * np.isin(truth.kind, ["mixed", "identity"])
    return np.where(truth.kind == "constant", 0, responses)


def write(folder: Path, truth: Truth) -> Path:
    """Write the pictures, their CSV tables and the configuration of the study `planted`; returns the latter's path."""
    sets = {set_: faces(truth, set_) for set_ in ("localizer", "controlled", "wild")} | {"morphs": morphs(truth)}
    for set_, (stimuli, responses) in sets.items():
        (folder / set_).mkdir(parents=True)
        greys = np.rint(MEAN + GREYS * responses).clip(0, 255).astype(np.uint8)
        for stimulus, levels in zip(stimuli["stimulus"], greys, strict=True):
            Image.fromarray(levels.reshape(SIDE, SIDE)).save(folder / f"{stimulus}.png", compress_level=1)
        table = stimuli.assign(file=stimuli["stimulus"] + ".png").drop(columns=["stimulus", "set"])
        table.drop(columns="looks_like", errors="ignore").to_csv(folder / f"{set_}.csv", index=False)
    people_trials(10, *truth.name).to_csv(folder / "people.csv", index=False)
    configuration = {
        "study": "planted",
        "stimuli": {
            "size": SIDE,
            "sets": {set_: {"source": "pictures", "table": str(folder / f"{set_}.csv")} for set_ in sets},
        },
        "networks": {
            "pixels": {"architecture": {"name": "pixels", "input_size": SIDE}, "layers": ["image"], "seeds": [0]}
        },
        "selectivity": {"permutations": 100, "control_draws": 2},
        "decoding": {"shuffles": 2},
        "comparison": {"human": ["published", str(folder / "people.csv")]},
        "figures": {"focus": "pixels", "layer": "image", "compare": ["pixels"]},
    }
    path = folder / "planted.yaml"
    path.write_text(yaml.safe_dump(configuration, sort_keys=False))
    return path
