"""Is one network's confusion more like participants' than another's? Over the same stimuli, and over seeds."""

from collections.abc import Iterable, Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import ttest_ind_from_stats

from mien.confusions.attenuation import Z, sd, two_sided_p
from mien.confusions.matrices import ENTRIES
from mien.confusions.measures import MEASURES
from mien.confusions.similarity import Likeness, interval_of
from mien.statistics.corrections import CORRECTED, with_corrected
from mien.status import FEW_SEEDS, NO_VALUE, RESAMPLES_EQUAL, SEEDS_EQUAL, first_of
from mien.tables.columns import READOUT
from mien.tables.schema import FLOAT, INT, TEXT, Schema, one_of, status_of

#: Codes that `status` may have, before `mien.comparison` adds what `similarity` says of either side.
STATUSES = (NO_VALUE, RESAMPLES_EQUAL, FEW_SEEDS, SEEDS_EQUAL)

DIFFERENCES = Schema(
    "similarity_differences",
    {
        **{f"{column}_{side}": TEXT for side in "ab" for column in ("network", "layer")},
        "set": TEXT,
        "group": READOUT["group"],
        "classifier": READOUT["classifier"],
        "human": TEXT,
        "entries": one_of(*ENTRIES),
        "statistic": one_of(*MEASURES),
        "value_a": FLOAT,
        "value_b": FLOAT,
        "difference": FLOAT,
        "low": FLOAT,
        "high": FLOAT,
        "p_bootstrap": FLOAT,
        "n_seeds_a": INT,
        "n_seeds_b": INT,
        "sd_seeds_a": FLOAT,
        "sd_seeds_b": FLOAT,
        "p_seeds": FLOAT,
        **CORRECTED,
        "status": status_of(*STATUSES),
    },
)

#: What p-values are corrected together: those of all pairs of networks.
FAMILY = ("set", "group", "classifier", "human", "entries", "statistic")

_PLACE = ["network", "layer"]

Place = tuple[str, str]  #: network, layer


def pairs_of(places: Iterable[Place], chosen: Mapping[str, str]) -> list[tuple[Place, Place]]:
    """Which places are compared: two networks at layers of one name, any layer with a network's only one, and layers of
    any names that are the networks' `chosen` ones."""
    places = list(dict.fromkeys(places))
    layers = pd.Series(dict.fromkeys(places, 1)).groupby(level=0).size() if places else {}

    def alike(a: Place, b: Place) -> bool:
        return a[1] == b[1] or 1 in (layers[a[0]], layers[b[0]]) or {a, b} <= set(chosen.items())

    return [(a, b) for a, b in combinations(places, 2) if a[0] != b[0] and alike(a, b)]


def differences(likeness: Likeness, chosen: Mapping[str, str], correction: str) -> pd.DataFrame:
    """The table `similarity_differences`: for each of `pairs_of`, a row for each set, group, human, entries, statistic.

    Args:
        chosen: the layer of each network that is drawn.

    Returns:
        `value_a`, `value_b`: means of `similarity.interval_of` over a network's seeds, the draws of a control averaged
        within each; `difference`, a minus b; `low`, `high`, its 95 % interval, and `p_bootstrap`, that it is zero,
        normal with the standard deviation of the paired bootstrap over stimuli, at least 1 / (1 + resamples): of these
        very seeds.
        `n_seeds_a`, `n_seeds_b`, their `sd_seeds_a`, `sd_seeds_b` and `p_seeds`, Welch's t-test over seeds: null under
        two seeds each. The correction is of `p_bootstrap`, within `FAMILY`. `status`: `ok` or why something is null.
    """
    seeds = _seed_means(likeness)
    values, draws = seeds["value"], seeds.drop(columns="value")
    by = [*_PLACE, *FAMILY]
    seeds_of = values.groupby(level=by, sort=False)
    means = pd.DataFrame({"value": seeds_of.mean(), "sd": seeds_of.std(), "n": seeds_of.count()}).reset_index()
    again = draws[values.notna()].groupby(level=by, sort=False).mean()
    again = again.reindex(pd.MultiIndex.from_frame(means[by])).to_numpy()
    means["row"] = np.arange(len(means))
    order = pairs_of(means[_PLACE].itertuples(index=False, name=None), chosen)
    pairs = pd.DataFrame([(*a, *b) for a, b in order], columns=DIFFERENCES.names[:4])
    a, b = (means.rename(columns={c: f"{c}_{side}" for c in means if c not in FAMILY}) for side in "ab")
    table = pairs.merge(a, on=["network_a", "layer_a"]).merge(b, on=["network_b", "layer_b", *FAMILY])
    return _tested(table, again[table["row_a"]] - again[table["row_b"]], correction)


def _seed_means(likeness: Likeness) -> pd.DataFrame:
    """`interval_of` (`value`), and the same in each resample (columns 0, 1, ...), of every seed: means of its draws."""
    by = [*_PLACE, *FAMILY, "seed"]
    rows = likeness.rows[by].assign(value=interval_of(likeness.rows))
    table = pd.concat([rows, pd.DataFrame(likeness.resampled)], axis=1)
    return table.groupby(by, sort=False, dropna=False).mean()


def _tested(table: pd.DataFrame, resampled: np.ndarray, correction: str) -> pd.DataFrame:
    """Difference, interval and tests of pairs of means, with their difference in each resample, (pairs, resamples)."""
    difference = table["value_a"] - table["value_b"]
    spread = sd(resampled.T)
    table = table.rename(columns={f"{c}_{side}": f"{c}_seeds_{side}" for c in ("sd", "n") for side in "ab"}).assign(
        difference=difference,
        low=difference - Z * spread,
        high=difference + Z * spread,
        p_bootstrap=two_sided_p(difference, spread, resampled.shape[1]),
    )
    table["p_seeds"] = _welch(table)
    seeds = np.minimum(table["n_seeds_a"], table["n_seeds_b"])
    table["status"] = first_of(
        {
            NO_VALUE: difference.isna(),
            RESAMPLES_EQUAL: table["p_bootstrap"].isna(),
            FEW_SEEDS: seeds < 2,
            SEEDS_EQUAL: table["p_seeds"].isna(),
        }
    )
    return with_corrected(table, "p_bootstrap", FAMILY, correction)[DIFFERENCES.names]


def _welch(table: pd.DataFrame) -> np.ndarray:
    """Two-sided p of Welch's t-test from means, standard deviations (ddof 1) and numbers of seeds; NaN without two of
    either, or where they do not differ."""
    a, b = (table[[f"{name}_{side}" for name in ("value", "sd_seeds", "n_seeds")]].to_numpy(float).T for side in "ab")
    error = sum(sd**2 / np.maximum(n, 1) for _, sd, n in (a, b))
    tested = (np.minimum(a[2], b[2]) > 1) & (error > 1e-24)
    p = np.full(len(table), np.nan)
    p[tested] = ttest_ind_from_stats(*a[:, tested], *b[:, tested], equal_var=False).pvalue
    return np.maximum(p, np.finfo(float).tiny)  # of very many seeds it is below what a number can be, and not 0
