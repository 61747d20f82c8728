"""What a study's tables say for or against a claim: a value, how sure it is, and why it may count for nothing."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mien.claims.published import NAMES
from mien.claims.rules import FEWEST_SEEDS, Part
from mien.claims.values import ERRORS, NO_RESULT, ONE_CONTINUUM, Measure, Tables, selective, selective_on
from mien.statistics.intervals import hull, t_interval, welch_interval
from mien.status import NO_UNITS, OK, words


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
    bad = cells[~cells["status"].isin([OK, NO_UNITS])]
    problem = "; ".join(f"{network}, seed {row.seed}: {words(row.status)}" for row in bad.itertuples())
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
        why = seeds.at[seed, "why"]
        told = why if isinstance(why, str) else NO_RESULT
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
    """How much more like participants' the confusions of `a` are than those of `b`.

    The interval is that of the paired bootstrap over stimuli, widened to that over seeds (Welch) of those of the two
    that are not fetched.
    """
    problem = a.problem or b.problem
    if problem:
        return _nothing([a, b], problem)
    table = selective_on(tables["similarity_differences"], set_)
    sign, row = 1, _pair(table, a, b)
    if row is None:
        sign, row = -1, _pair(table, b, a)
    if row is None:
        return _nothing([a, b], f"no difference of {a.network} and {b.network} on the set {set_} was taken")
    sides = dict(zip((a, b), "ab" if sign == 1 else "ba", strict=True))
    lacking = [part.network for part, side in sides.items() if row[f"n_seeds_{side}"] < len(part.seeds)]
    if lacking or row[["difference", "low", "high"]].isna().any():
        return _nothing([a, b], f"{lacking[0]}: undefined in some seed" if lacking else words(row["status"]))
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
        hill = selective(tables["fits"], part).query("fit == 'hill'")
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


def _pair(table: pd.DataFrame, a: Part, b: Part) -> pd.Series | None:
    places = {"network_a": a.network, "layer_a": a.layer, "network_b": b.network, "layer_b": b.layer}
    rows = table[(table[list(places)] == pd.Series(places)).all(axis=1)]
    return None if rows.empty else rows.iloc[0]
