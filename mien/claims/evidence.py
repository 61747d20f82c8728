"""What a study's tables say for or against a claim: a value, how sure it is, and why it may count for nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mien.categorical.identification import NO_UNITS
from mien.claims.published import NAMES
from mien.claims.rules import FEWEST_SEEDS, Part, hull, t_interval, welch_interval
from mien.confusions.similarity import FEWEST_IDENTITIES
from mien.expressions import EXPRESSIONS

Tables = Mapping[str, pd.DataFrame]  #: the study's tables, by name

#: Of a network's seeds: `value`, `low`, `high`, `status`, and perhaps `above`, `p`, `share` or `ERRORS`, by seed.
Measure = Callable[[Tables, Part], pd.DataFrame]

#: Why there is no interval over continua.
ONE_CONTINUUM = "no interval over continua: this study has one"
NO_RESULT = "this study has no such result"

#: Cross-validated errors that stand beside an R2, by fit: what they are of.
ERRORS = {"hill": "the logistic", "linear": "a line", "quadratic": "a parabola"}


class Evidence(NamedTuple):
    """What is known of one claim."""

    value: float
    low: float
    high: float
    n_networks: int
    n_seeds: int  #: of the network that has fewer
    problem: str = ""  #: why nothing is inferred; empty if something may be
    above: float = 0.0  #: what the interval must be above
    p: float = np.nan  #: of a test the claim asks for, not yet corrected; NaN if it asks for none
    share: float = np.nan  #: of continua with what the claim asks for; NaN if it asks for nothing
    errors: Mapping[str, float] = {}  #: cross-validated errors, by what they are of


def part_of(tables: Tables, role: str, roles: Mapping[str, str], layers: Mapping[str, str]) -> Part:
    """Who plays a part in this study, at which layer, and whether every one of its seeds may be compared.

    Args:
        roles: the network of each part.
        layers: the layer of each network that is drawn; another's is its only one.
    """
    if role not in roles:
        return Part(role, problem=f"no network plays {NAMES[role]}: comparison.roles names none")
    network = roles[role]
    cells = tables["cells"][tables["cells"]["network"] == network]
    its = list(cells["layer"].unique())
    layer = layers.get(network, its[0] if len(its) == 1 else "")
    cells = cells[cells["layer"] == layer]
    if cells.empty:
        several = f"{len(its)} layers, and figures.layer does not name the one"
        lacks = several if its and not layer else f"no cell {'at ' * bool(layer)}{layer or 'in this study'}"
        return Part(role, network, layer, problem=f"{network} has {lacks}")
    bad = cells[~cells["status"].isin(["ok", NO_UNITS])]
    problem = "; ".join(f"{network}, seed {row.seed}: {row.status}" for row in bad.itertuples())
    origins = list(cells["origin"].dropna().unique())
    seeds = tuple(int(seed) for seed in cells["seed"])
    return Part(role, network, layer, origins[0] if len(origins) == 1 else "", seeds, problem)


def of_part(tables: Tables, part: Part, measure: Measure, limits: tuple[float, float]) -> Evidence:
    """What a measure, which can be between `limits`, says of one network.

    The interval is the mean over seeds of the measure's own; of a network that is not fetched, it is widened to that of
    the mean over seeds (Student's t), and nothing is inferred from fewer than `FEWEST_SEEDS`.
    """
    if part.problem:
        return _nothing([part], part.problem)
    seeds = measure(tables, part).reindex(list(part.seeds))
    undefined = seeds[["value", "low", "high"]].isna().any(axis=1)
    if undefined.any():
        seed = undefined.idxmax()
        status = seeds.at[seed, "status"]
        told = status if isinstance(status, str) else NO_RESULT
        return _nothing([part], f"{part.network}, seed {seed}: {told}")
    value, interval = seeds["value"].mean(), (seeds["low"].mean(), seeds["high"].mean())
    if part.origin != "fetched":
        interval = hull(interval, t_interval(seeds["value"]))
    extra = {name: seeds[name].mean() for name in ("above", "share") if name in seeds}
    if "p" in seeds:
        extra["p"] = seeds["p"].median()
    errors = {of: seeds[of].mean() for of in ERRORS.values() if of in seeds}
    return Evidence(value, *np.clip(interval, *limits), 1, len(seeds), _too_few([part]), errors=errors, **extra)


def of_similarity_difference(tables: Tables, a: Part, b: Part, set_: str) -> Evidence:
    """How much more like people's the confusions of `a` are than those of `b`.

    The interval is that of the paired bootstrap over stimuli, widened to that over seeds (Welch) of those of the two
    that are not fetched.
    """
    problem = a.problem or b.problem
    if problem:
        return _nothing([a, b], problem)
    table = _of_selective(tables["similarity_differences"], set_)
    sign, row = 1, _pair(table, a, b)
    if row is None:
        sign, row = -1, _pair(table, b, a)
    if row is None:
        return _nothing([a, b], f"no difference of {a.network} and {b.network} on the set {set_} was taken")
    sides = dict(zip((a, b), "ab" if sign == 1 else "ba", strict=True))
    lacking = [part.network for part, side in sides.items() if row[f"n_seeds_{side}"] < len(part.seeds)]
    if lacking or row[["difference", "low", "high"]].isna().any():
        return _nothing([a, b], f"{lacking[0]}: undefined in some seed" if lacking else str(row["status"]))
    low, high = (row["low"], row["high"]) if sign == 1 else (-row["high"], -row["low"])
    samples = [
        (row[f"sd_seeds_{side}"], row[f"n_seeds_{side}"]) for part, side in sides.items() if part.origin != "fetched"
    ]
    return _difference(sign * row["difference"], (low, high), samples, [a, b])


def of_r2_difference(tables: Tables, a: Part, b: Part) -> Evidence:
    """How much better the publication's logistic fits the curves of `a` than those of `b`: R2, mean over the continua
    where both have a curve that counts (see table `fits`), each the mean over the seeds with such a curve.

    The interval is over continua (Student's t, paired), widened to that over seeds (Welch) of those of the two that are
    not fetched. `share` is that of the curves that count, of the network with fewer.
    """
    problem = a.problem or b.problem
    if problem:
        return _nothing([a, b], problem)
    sides, shares, errors = {}, [], {}
    for part in (a, b):
        hill = _selective(tables["fits"], part).query("fit == 'hill'")
        counted = hill[["r2", "cv_error"]].where(hill["counts"].astype(bool))
        hill = hill[["seed", "continuum", "counts"]].join(counted)
        r2 = hill.pivot(index="seed", columns="continuum", values="r2").reindex(list(part.seeds))
        without = r2.isna().all(axis=1)
        if without.any():
            told = "none of its curves counts: see table fits" if len(hill) else NO_RESULT
            return _nothing([a, b], f"{part.network}, seed {without.idxmax()}: {told}")
        sides[part] = r2
        shares.append(hill["counts"].astype(float).mean())
        errors[f"the logistic of {part.network}"] = hill["cv_error"].mean()
    paired = (sides[a].mean() - sides[b].mean()).dropna()
    if len(paired) < 2:
        only = sides[a].shape[1] == 1
        return _nothing([a, b], ONE_CONTINUUM if only else "curves of both count on under two continua: see table fits")
    samples = [(r2[paired.index].mean(axis=1).std(), len(r2)) for part, r2 in sides.items() if part.origin != "fetched"]
    found = _difference(paired.mean(), t_interval(paired), samples, [a, b])
    return found._replace(share=min(shares), errors=errors)


def units(tables: Tables, part: Part) -> pd.DataFrame:
    """Share of units that are selective less what shuffled labels give, and the same at the null's 2.5 and 97.5 %.

    Of the schemes of the null, what is least.
    """
    rows = _of(tables["selection"], part)
    chance = {"value": "null_mean", "low": "null_high", "high": "null_low"}
    shares = {name: (rows["n_selective"] - rows[null]) / rows["n_units"] for name, null in chance.items()}
    least = rows[["seed"]].assign(**shares).groupby("seed").min()
    return least.assign(status="the null of the count is undefined")


def decoding(set_: str) -> Measure:
    """Accuracy of the selective units on a set; intervals over its identities (Student's t). Above chance, 1/6."""

    def measure(tables: Tables, part: Part) -> pd.DataFrame:
        return _over_identities(_accuracies(tables, part, set_, "selective")).assign(above=1 / len(EXPRESSIONS))

    return measure


def decoding_beyond_random(set_: str) -> Measure:
    """Accuracy of the selective units on a set less that of as many random ones, mean over draws; over identities."""

    def measure(tables: Tables, part: Part) -> pd.DataFrame:
        selective, random = (_accuracies(tables, part, set_, group) for group in ("selective", "random"))
        return _over_identities(selective - random.reindex_like(selective))

    return measure


def likeness(set_: str) -> Measure:
    """Pearson correlation with people's confusions, 30 off-diagonal cells, without the noise of few images.

    `above` is 0, or what evenly spread errors score where that is more; `p` of the relabeling test.
    """

    def measure(tables: Tables, part: Part) -> pd.DataFrame:
        rows = _of_selective(_of(tables["similarity"], part), set_).set_index("seed")
        found = rows[["low", "high", "status"]].assign(value=rows["disattenuated"], p=rows["p_relabeling"])
        return found.assign(above=rows["even_errors"].fillna(0).clip(lower=0))

    return measure


def sigmoid_advantage(tables: Tables, part: Part) -> pd.DataFrame:
    """R2 of the publication's logistic (`hill`) less that of a line and of a parabola: of both, what is least.

    Means over the continua whose curve counts (see table `fits`), intervals over them (Student's t, paired); `share` is
    their share of all. Beside them the mean cross-validated `ERRORS`.
    """
    rows = _selective(tables["fits"], part)
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
    status = [_why_no_advantage(row["sum"], row["size"]) for row in of_seed.to_dict("records")]
    found = least[whole.reindex(least.index)].reindex(of_seed.index).assign(share=of_seed["mean"], status=status)
    return found.join(errors.groupby(level="seed").mean().rename(columns=ERRORS))


def _why_no_advantage(counting: int, curves: int) -> str:
    """Why the logistic's advantage has no mean or no interval, by how many of some curves count."""
    if counting > 1:
        return "the R2 of some curve is undefined: see table fits"
    if curves == counting:
        return ONE_CONTINUUM
    return f"curves that count: {counting} of {curves}, and an interval needs two: see table fits"


def peak_excess(tables: Tables, part: Part) -> pd.DataFrame:
    """Relative change of the units at the boundary less the pictures', mean over the continua.

    Low and high are means of the continua's own, over identities; `share` is that of continua whose peak's interval
    holds the boundary.
    """
    rows = _selective(tables["discrimination_peaks"], part)
    rows = rows.assign(share=rows["boundary"].between(rows["peak_low"], rows["peak_high"]).astype(float))
    names = {"excess": "value", "excess_low": "low", "excess_high": "high", "share": "share"}
    seeds = rows.rename(columns=names).groupby("seed")
    found = seeds[list(names.values())].agg(lambda values: values.mean(skipna=False))
    worst = rows.loc[rows["status"] != "ok"].groupby("seed")["status"].first()
    return found.assign(status=worst.reindex(found.index))


def _difference(
    value: float, interval: tuple[float, float], samples: Sequence[tuple[float, int]], parts: Sequence[Part]
) -> Evidence:
    low, high = hull(interval, welch_interval(float(value), [(float(sd), int(n)) for sd, n in samples]))
    n = min(len(part.seeds) for part in parts)
    return Evidence(float(value), low, high, len(parts), n, _too_few(parts))


def _nothing(parts: Sequence[Part], problem: str) -> Evidence:
    """No evidence, and why."""
    there = [part for part in parts if part.network]
    seeds = min((len(part.seeds) for part in parts), default=0)
    return Evidence(np.nan, np.nan, np.nan, len(there), seeds, problem)


def _too_few(parts: Sequence[Part]) -> str:
    few = [part for part in parts if part.origin != "fetched" and len(part.seeds) < FEWEST_SEEDS]
    return "; ".join(
        f"{part.network} has {len(part.seeds)} seed{'s' * (len(part.seeds) > 1)}, and inference over seeds needs "
        f"{FEWEST_SEEDS}"
        for part in few
    )


def _of(table: pd.DataFrame, part: Part) -> pd.DataFrame:
    return table[(table["network"] == part.network) & (table["layer"] == part.layer)]


def _selective(table: pd.DataFrame, part: Part) -> pd.DataFrame:
    table = _of(table, part)
    return table[table["group"] == "selective"]


def _of_selective(table: pd.DataFrame, set_: str) -> pd.DataFrame:
    """Rows of the one comparison on a set that claims rest on: with the configuration's first people who saw it."""
    table = table[table["set"] == set_]
    where = {"group": "selective", "classifier": "six_way", "cells": "off_diagonal", "statistic": "pearson"}
    rows = table[(table[list(where)] == pd.Series(where)).all(axis=1)]
    return rows[rows["human"] == rows["human"].iloc[0]] if len(rows) else rows


def _pair(table: pd.DataFrame, a: Part, b: Part) -> pd.Series | None:
    places = {"network_a": a.network, "layer_a": a.layer, "network_b": b.network, "layer_b": b.layer}
    rows = table[(table[list(places)] == pd.Series(places)).all(axis=1)]
    return None if rows.empty else rows.iloc[0]


def _accuracies(tables: Tables, part: Part, set_: str, group: str) -> pd.Series:
    """Share of right decisions by `seed`, `identity`, over draws and expressions; NaN where one was not taken."""
    trials = tables["observer_trials"]
    here = (trials["observer"] == part.network) & (trials["layer"] == part.layer) & (trials["set"] == set_)
    trials = trials[here & (trials["group"] == group) & (trials["classifier"] == "six_way")]
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
    reason = np.where(few, f"no interval: fewer than {FEWEST_IDENTITIES} identities", NO_UNITS)
    return found.assign(status=reason)


def _means(values: pd.Series) -> pd.DataFrame:
    """`value`, `low`, `high` by the index's first level: the mean of values, and its interval (Student's t)."""
    seeds = list(values.groupby(level=0, sort=True)) if values.index.nlevels > 1 else []
    found = [(part.mean(skipna=False), *t_interval(part)) for _, part in seeds]
    return pd.DataFrame(found, columns=["value", "low", "high"], index=[s for s, _ in seeds], dtype=float)
