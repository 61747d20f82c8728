"""What the study's tables say of one network, seed by seed: a value, its interval, or why there is none."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from mien.claims.rules import Part
from mien.confusions.similarity import FEWEST_IDENTITIES
from mien.statistics.intervals import t_interval
from mien.status import FEW_IDENTITIES, NO_UNITS, OK, words

Tables = Mapping[str, pd.DataFrame]  #: the study's tables, by name

#: Of a network's seeds: `value`, `low`, `high`, `why` one is null, perhaps `above`, `p`, `share` or `ERRORS`; by seed.
Measure = Callable[[Tables, Part], pd.DataFrame]

#: Why there is no interval over continua.
ONE_CONTINUUM = "no interval over continua: this study has one"
NO_RESULT = "this study has no such result"

#: Cross-validated errors that stand beside an R2, by fit: what they are of.
ERRORS = {"hill": "the logistic", "linear": "a line", "quadratic": "a parabola"}


def units(tables: Tables, part: Part) -> pd.DataFrame:
    """Share of units that are selective minus what shuffled labels give, and the same at the null's 2.5 and 97.5 %.

    Of the schemes of the null, what is least.
    """
    rows = rows_of(tables["selection"], part)
    chance = {"value": "null_mean", "low": "null_high", "high": "null_low"}
    shares = {name: (rows["n_selective"] - rows[null]) / rows["n_units"] for name, null in chance.items()}
    least = rows[["seed"]].assign(**shares).groupby("seed").min()
    return least.assign(why="the null of the count is undefined")


def decoding(set_: str) -> Measure:
    """Accuracy of the selective units on a set; intervals over its identities (Student's t). Above chance."""

    def measure(tables: Tables, part: Part) -> pd.DataFrame:
        shown = _decided(tables, part, set_, "selective")["true_expression"].nunique()
        found = _over_identities(_accuracies(tables, part, set_, "selective"))
        return found.assign(above=1 / shown if shown else np.nan)

    return measure


def decoding_beyond(better: str, other: str, set_: str) -> Measure:
    """Accuracy of a group of units on a set minus that of another, means over draws; over identities."""

    def measure(tables: Tables, part: Part) -> pd.DataFrame:
        one, two = (_accuracies(tables, part, set_, group) for group in (better, other))
        return _over_identities(one - two.reindex_like(one))

    return measure


def likeness(set_: str) -> Measure:
    """Noise-corrected Pearson correlation with participants' confusions, off-diagonal entries.

    `above` is 0, or what uniform errors score where that is more; `p` of the relabeling test.
    """

    def measure(tables: Tables, part: Part) -> pd.DataFrame:
        rows = selective_on(rows_of(tables["similarity"], part), set_).set_index("seed")
        why = rows["status"].map(words)
        found = rows[["low", "high"]].assign(value=rows["noise_corrected"], p=rows["p_relabeling"], why=why)
        return found.assign(above=rows["uniform_errors"].fillna(0).clip(lower=0))

    return measure


def sigmoid_advantage(tables: Tables, part: Part) -> pd.DataFrame:
    """R2 of the publication's logistic (`hill`) minus that of a line and of a parabola: of both, what is least.

    Means over the continua whose curve counts (see table `fits`), intervals over them (Student's t, paired); `share` is
    their share of all. Beside them the mean cross-validated `ERRORS`.
    """
    rows = selective(tables["fits"], part)
    rows = rows.assign(counts=rows["counts"].astype(bool))
    r2, errors = (
        rows[rows["counts"]]
        .pivot(index=["seed", "continuum"], columns="fit", values=what)
        .reindex(columns=list(ERRORS))
        for what in ("r2", "cv_error")
    )
    least = pd.concat([_means(r2["hill"] - r2[fit]) for fit in ("linear", "quadratic")]).groupby(level=0).min()
    whole = r2.notna().all(axis=1).groupby(level="seed").all()
    of_seed = rows[rows["fit"] == "hill"].groupby("seed")["counts"].agg(["mean", "sum", "size"])
    why = [_why_no_advantage(row["sum"], row["size"]) for row in of_seed.to_dict("records")]
    found = least[whole.reindex(least.index)].reindex(of_seed.index).assign(share=of_seed["mean"], why=why)
    return found.join(errors.groupby(level="seed").mean().rename(columns=ERRORS))


def _why_no_advantage(counting: int, curves: int) -> str:
    """Why the logistic's advantage has no mean or no interval, by how many of some curves count."""
    if counting > 1:
        return "the R2 of some curve is undefined: see table fits"
    if curves == counting:
        return ONE_CONTINUUM
    return f"curves that count: {counting} of {curves}, and an interval needs two: see table fits"


def peak_excess(tables: Tables, part: Part) -> pd.DataFrame:
    """Relative change of the units at the boundary minus the pictures', mean over the continua.

    Low and high are means of the continua's own, over identities; `share` is that of continua whose peak's interval
    holds the boundary.
    """
    rows = selective(tables["discrimination_peaks"], part)
    rows = rows.assign(share=rows["boundary"].between(rows["peak_low"], rows["peak_high"]).astype(float))
    names = {"excess": "value", "excess_low": "low", "excess_high": "high", "share": "share"}
    seeds = rows.rename(columns=names).groupby("seed")
    found = seeds[list(names.values())].agg(lambda values: values.mean(skipna=False))
    worst = rows.loc[rows["status"] != OK].groupby("seed")["status"].first()
    return found.assign(why=worst.map(words).reindex(found.index))


def rows_of(table: pd.DataFrame, part: Part) -> pd.DataFrame:
    """A part's rows, at its layer."""
    return table[(table["network"] == part.network) & (table["layer"] == part.layer)]


def selective(table: pd.DataFrame, part: Part) -> pd.DataFrame:
    """A part's rows of its selective units."""
    table = rows_of(table, part)
    return table[table["group"] == "selective"]


def selective_on(table: pd.DataFrame, set_: str) -> pd.DataFrame:
    """Rows of the one comparison on a set that claims rest on: with the first participants configured who saw it."""
    table = table[table["set"] == set_]
    where = {"group": "selective", "classifier": "six_way", "entries": "off_diagonal", "statistic": "pearson"}
    rows = table[(table[list(where)] == pd.Series(where)).all(axis=1)]
    return rows[rows["human"] == rows["human"].iloc[0]] if len(rows) else rows


def _decided(tables: Tables, part: Part, set_: str, group: str) -> pd.DataFrame:
    """A part's trials on a set, of the classifier of all expressions."""
    trials = tables["observer_trials"]
    here = (trials["observer"] == part.network) & (trials["layer"] == part.layer) & (trials["set"] == set_)
    return trials[here & (trials["group"] == group) & (trials["classifier"] == "six_way")]


def _accuracies(tables: Tables, part: Part, set_: str, group: str) -> pd.Series:
    """Share of right decisions by `seed`, `identity`, over draws and expressions; NaN where one was not taken."""
    trials = _decided(tables, part, set_, group)
    right = (trials["response_expression"] == trials["true_expression"]).astype(float)
    right = right.where(trials["response_expression"].notna())
    by = [trials["seed"].astype("int64"), trials["identity"]]
    decisions = right.groupby(by, sort=False)
    return decisions.mean().where(decisions.count() == decisions.size())


def _over_identities(values: pd.Series) -> pd.DataFrame:
    """Means by seed of values by seed and identity, with intervals; none of few identities."""
    found = _means(values)
    few = values.groupby(level=0).size() < FEWEST_IDENTITIES
    found[["low", "high"]] = found[["low", "high"]].mask(few)
    return found.assign(why=[words(FEW_IDENTITIES if lacking else NO_UNITS) for lacking in few])


def _means(values: pd.Series) -> pd.DataFrame:
    """`value`, `low`, `high` by the index's first level: the mean of values, and its interval (Student's t)."""
    seeds = list(values.groupby(level=0, sort=True)) if values.index.nlevels > 1 else []
    found = [(part.mean(skipna=False), *t_interval(part)) for _, part in seeds]
    return pd.DataFrame(found, columns=["value", "low", "high"], index=[s for s, _ in seeds], dtype=float)
