"""From the pictures of sources to the design of a stimulus set: which person shows what, complete or with all its gaps.

The pictures themselves are not opened here; `usable` says which of a design's turn out to be in the set.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from mien.errors import DesignError
from mien.stimuli.photographs.finding import Found
from mien.stimuli.photographs.usable import INCOMPLETE, NOT_DRAWN, drawn

#: What a set cannot be used for where nobody is named, and what then means something else.
_WITHOUT_IDENTITIES = (
    "it cannot be the localizer: units are selected that have no effect of identity, by an analysis of variance and "
    "shuffles of expressions within identities, which need each identity with each expression",
    "no morphs can be made of it: a continuum runs between two expressions of one identity",
    "its intervals are of pictures: the bootstrap draws identities, and every picture counts as one",
    "an identity that it shares with another set is noticed only where the pictures are nearly the same",
)


class Design(NamedTuple):
    """What a set shows, and what was left out on the way there."""

    #: `identity` (`DATABASE/NAME`), `expression`, `database`, `file`, `path`; by identity, or where nobody is named by
    #: expression, in the order of their names
    pictures: pd.DataFrame
    left_out: pd.DataFrame  #: `database`, `file`, `reason`: of the sources, then of the design


def design_set(
    name: str,
    sources: Iterable[Found],
    expressions: Sequence[str],
    seed: int,
    identities: int | None = None,
    incomplete: str = "stop",
    per_expression: int | None = None,
    spares: bool = False,
) -> Design:
    """The pictures of a set from one source or several, each identity with one picture of each expression.

    Where nobody is named, `per_expression` pictures of each expression, each an identity of its own.

    Args:
        name: of the set, for messages and draws.
        expressions: the study's.
        seed: of the study's stimuli.
        identities: how many of the complete ones are drawn; None takes all.
        incomplete: whether an identity that lacks an expression ends in an error (`stop`) or is left out (`drop`).
        spares: whether the next ones of the draw are kept, too, to stand in for those that turn out not to be usable.

    Raises:
        DesignError: sources do not fit together or what is asked of them, identities are incomplete (the message has
            all gaps), or there are fewer complete ones, or pictures, than are asked for.
    """
    sources = list(sources)
    nobody = _check_sources(name, sources, identities, per_expression)
    pictures = pd.concat([source.pictures.assign(database=source.database) for source in sources], ignore_index=True)[
        ["identity", "expression", "database", "file", "path"]
    ]
    pictures["identity"] = pictures["database"] + "/" + pictures["file" if nobody else "identity"]
    reason = pd.Series(None, index=pictures.index, dtype="str")
    if nobody:
        chosen = _drawn_of_each_expression(name, sources, pictures, expressions, seed, per_expression, spares)
    else:
        complete = _complete(name, sources, pictures, expressions, incomplete)
        reason = reason.mask(~pictures["identity"].isin(complete), INCOMPLETE)
        chosen = _drawn_identities(name, complete, seed, identities, spares)
    reason = reason.mask(reason.isna() & ~pictures["identity"].isin(chosen), NOT_DRAWN)
    left_out = pictures.assign(reason=reason)[["database", "file", "reason"]].dropna()
    order = ["expression", "identity"] if nobody else ["identity", "expression"]
    pictures = pictures[reason.isna()].sort_values(order)
    return Design(
        pictures.reset_index(drop=True),
        pd.concat([*(source.left_out for source in sources), left_out], ignore_index=True),
    )


def what_cannot_be_done(source: Found, expressions: Sequence[str]) -> tuple[str, ...]:
    """What a study is told of a source that names nobody, or that does not show all expressions: one sentence each."""
    lacking = _lacking(source, expressions)
    missing = (f"it has no pictures of {' and '.join(lacking)}, and a set needs all expressions",) if lacking else ()
    return missing + (() if source.names_identities else _WITHOUT_IDENTITIES)


def _check_sources(name: str, sources: Sequence[Found], identities: int | None, per_expression: int | None) -> bool:
    """Whether nobody is named in the sources; they have different names, and are all alike in this."""
    labels = [source.database for source in sources]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if not sources or twice:
        wrong = f"two sources are called {twice[0]}. Give each once, or rename a folder" if twice else "has no sources"
        raise DesignError(f"set {name}: {wrong}")
    nobody = [source.database for source in sources if not source.names_identities]
    named = [source.database for source in sources if source.names_identities]
    if nobody and named:
        raise DesignError(
            f"set {name}: {', '.join(nobody)} names nobody and {', '.join(named)} does. Make a set of each"
        )
    if nobody and name == "localizer":
        raise DesignError(f"set localizer: {', '.join(nobody)} names nobody, and {_WITHOUT_IDENTITIES[0]}")
    if nobody and (identities or not per_expression):
        raise DesignError(
            f"set {name}: {', '.join(nobody)} names nobody, so there are no identities. Say how many pictures of each "
            "expression are taken: per_expression (or, of your own pictures, who is shown)"
        )
    if named and per_expression:
        raise DesignError(f"set {name}: {', '.join(named)} names its identities. Say identities, not per_expression")
    return bool(nobody)


def _lacking(source: Found, expressions: Sequence[str]) -> list[str]:
    return [expression for expression in expressions if expression not in source.expressions]


def _complete(
    name: str, sources: Sequence[Found], pictures: pd.DataFrame, expressions: Sequence[str], incomplete: str
) -> list[str]:
    """The identities that show every expression, in the order of the pictures."""
    shown = pictures.groupby(["database", "identity"], sort=False)["expression"].agg(set)
    complete = [identity for (_, identity), its in shown.items() if len(its) == len(expressions)]
    lacking = {source.database: _lacking(source, expressions) for source in sources}
    gaps: dict[tuple[str, str], list[str]] = {}
    for (database, identity), its in shown.items():
        missing = [each for each in expressions if each not in its and each not in lacking[database]]
        if missing:
            gaps.setdefault((database, ", ".join(missing)), []).append(identity.removeprefix(f"{database}/"))
    if any(lacking.values()) or (gaps and incomplete == "stop") or not complete:
        lines = [f"{len(shown) - len(complete)} of {len(shown)} identities lack an expression"]
        lines += [f"{each} has no {', '.join(never)} at all: leave it out" for each, never in lacking.items() if never]
        lines += [f"{database} {', '.join(who)}: no {missing}" for (database, missing), who in gaps.items()]
        lines += [_left_out_of(source) for source in sources if source.database in {each for each, _ in gaps}]
        if gaps and complete and incomplete == "stop":
            lines.append("Add the pictures, or say `incomplete: drop` to leave these identities out")
        elif gaps:
            lines.append("Add the pictures")
        raise DesignError(f"set {name}: " + "\n  ".join(lines))
    return complete


def _left_out_of(source: Found) -> str:
    counts = source.left_out["reason"].value_counts().sort_index()
    return f"left out of {source.database}: " + (", ".join(f"{n:,} {why}" for why, n in counts.items()) or "nothing")


def _drawn_identities(name: str, complete: Sequence[str], seed: int, identities: int | None, spares: bool) -> list[str]:
    if identities is not None and identities > len(complete):
        by_database = pd.Series(complete, dtype="str").str.partition("/")[0].value_counts(sort=False)
        counts = ", ".join(f"{database} {count}" for database, count in by_database.items())
        raise DesignError(
            f"set {name}: asks for {identities} identities, and {len(complete)} are complete ({counts}). Ask for fewer"
        )
    return drawn(complete, _count(identities, spares), seed, name)


def _drawn_of_each_expression(
    name: str,
    sources: Sequence[Found],
    pictures: pd.DataFrame,
    expressions: Sequence[str],
    seed: int,
    per_expression: int,
    spares: bool,
) -> list[str]:
    there = {expression: pictures.loc[pictures["expression"] == expression, "identity"] for expression in expressions}
    fewer = [f"{len(each):,} of {expression}" for expression, each in there.items() if len(each) < per_expression]
    if fewer:
        lacking = {source.database: ", ".join(_lacking(source, expressions)) for source in sources}
        never = [f"{database} has no {them} at all" for database, them in lacking.items() if them]
        raise DesignError(
            f"set {name}: asks for {per_expression:,} pictures of each expression, and there are only "
            f"{'; '.join([', '.join(fewer), *never])}. Ask for fewer, or add pictures"
        )
    count = 3 * per_expression + 10 if spares else per_expression  # of faces from anywhere many cannot be used
    return [each for names in there.values() for each in drawn(names, count, seed, name)]


def _count(wanted: int | None, spares: bool) -> int | None:
    """How many are drawn: with spares a quarter more, and ten."""
    return wanted + wanted // 4 + 10 if wanted and spares else wanted
