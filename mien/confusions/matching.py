"""Which of the sets and stimuli that participants judged are the study's."""

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from mien.errors import InputError


def match(trials: pd.DataFrame, stimuli: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Participants' trials with the identity of every stimulus, and a sentence on each group that saw other pictures.

    The identity is the study's where it shows the stimulus too, else their own; without one, a stimulus is an identity
    of its own.

    Args:
        trials: as in `participants.Participants`.
        stimuli: the study's: `stimulus`, `set`, `identity`, `expression`.

    Raises:
        InputError: participants' true expression of a stimulus is not the study's; or of a set of the study they judged
            some of the study's stimuli and some that are none.
    """
    names = ["set", "stimulus"]
    shown = trials[names].merge(stimuli, how="left", on=names, validate="many_to_one").set_index(trials.index)
    theirs = trials["true_expression"]
    wrong = shown["expression"].notna() & (shown["expression"] != theirs)
    if wrong.any():
        row = wrong.idxmax()
        observer, set_, stimulus = trials.loc[row, ["observer", *names]]
        raise InputError(
            f"comparison.human: stimulus '{stimulus}' of set '{set_}' is said by the rows of observer '{observer}' to "
            f"show {theirs[row]}, and in the study it shows {shown.at[row, 'expression']}. Correct these rows"
        )
    told = []
    pictures = {set_: sorted(column) for set_, column in stimuli.groupby("set")["stimulus"]}
    both = trials["set"].isin(list(pictures)) & theirs.isin(stimuli["expression"])  # other expressions: other pictures
    for (observer, set_), rows in trials[both].groupby(["observer", "set"], sort=False):
        judged, of_study = rows["stimulus"].unique(), set(pictures[set_])
        others = [name for name in judged if name not in of_study]
        if not others:
            continue
        such = _such(others, pictures[set_])
        whose = f"comparison.human: observer '{observer}', set '{set_}'"
        if len(others) < len(judged):
            raise InputError(
                f"{whose}: {len(others)} of {len(judged)} stimuli are none of the study's: {such}. Correct their names "
                "in the column stimulus, or leave out pictures that the study does not show"
            )
        told.append(
            f"{whose}: none of {len(judged)} stimuli is the study's, such as {such}. They are taken as other pictures: "
            "confusions are compared, single decisions are not"
        )
    identity = shown["identity"].fillna(trials["identity"]).fillna("stimulus " + trials["stimulus"])
    return trials.assign(identity=identity), told


def check_sets(path: str | Path, judged: Sequence[tuple[str, str]], sets: Sequence[str]) -> list[str]:
    """A sentence on each set that participants judged, (observer, set), and the study does not compare.

    Raises:
        InputError: the study has none of the sets, or one is nearly called like a set of the study.
    """
    others = [key for key in judged if key[1] not in sets]
    for observer, name in others:
        near = _near(name, [s for s in sets if (observer, s) not in judged or s.casefold() == name.casefold()])
        if near:
            raise InputError(
                f"{path}: the study has no set '{name}' of expressions. Did you mean '{near}'? If it is another set, "
                "give it another name"
            )
    names = dict.fromkeys(name for _, name in others)
    if len(others) == len(judged):
        raise InputError(
            f"{path}: the study has no set of expressions that is called {' or '.join(names)}. Call participants' sets "
            f"as the study does ({', '.join(sets)}), or leave the file out of comparison.human"
        )
    return [
        f"{path}: the study has no set '{name}' of expressions, so nothing is compared with the answers to it"
        for name in names
    ]


def _such(names: Sequence[str], known: Sequence[str]) -> str:
    """The first three of some names, each with the known one that may have been meant."""
    near = [(name, _near(name, known)) for name in names[:3]]
    such = [f"'{name}'" + (f" (is it '{meant}'?)" if meant else "") for name, meant in near]
    return ", ".join([*such, "…"] if len(names) > len(such) else such)


def _near(name: str, known: Iterable[str]) -> str:
    """The name that somebody may have meant, whatever its case; empty if none is near."""
    folded = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.7)
    return folded[near[0]] if near else ""
