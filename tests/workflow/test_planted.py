"""What is planted in pictures comes out of the whole workflow; and, over many draws, at the rates that it should."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from mien.categorical.identification import fit_identification, identification
from mien.categorical.over_identities import decisions_of, validated
from mien.confusions.answers import read
from mien.confusions.similarity import likeness
from mien.decoding.readings import Responses
from mien.draws import generator
from mien.expressions import EXPRESSIONS
from mien.tables import parquet
from mien.units.anova import sums_of
from mien.units.criteria import Choice
from mien.units.groups import draw_groups
from mien.units.null import null_counts
from mien.units.selection import select_units
from mien.units.sensitivity import sensitivity
from tests.helpers import runs
from tests.helpers.planted import pictures, truth
from tests.helpers.planted.observers import participants_trials
from tests.helpers.planted.responses import UNITS, plant, responses_to, shared_noise, sums_over
from tests.helpers.read_out import decoded, identified

ALPHA = truth.CHOICE.threshold_expression
CONTROLS = {"control_draws": 1, "control_units": 100, "all_units": 250_000}
TABLES = "results/planted/tables/similarity.parquet"  # all tables of the study: one rule makes them
LEVEL = truth.LEVELS[1] - truth.LEVELS[0]
STATISTICS = ("pearson", "spearman", "kendall")
DEGREES = (5, 19, 95)  # of freedom, with 20 identities: expression, identity, residual


@pytest.fixture(scope="module")
def finished(workplace, tmp_path_factory):
    """Project, configuration and folder of the planted study, of which every table is there."""
    folder = tmp_path_factory.mktemp("planted")
    where = workplace / "mien", pictures.write(folder / "pictures", UNITS), folder / "study"
    runs.finish(*where, TABLES)
    return where


@pytest.fixture(scope="module")
def study(finished):
    """Tables by their names: of the study, and of its one cell `units`, `selection` and `sensitivity`."""
    results = finished[2] / "results/planted"
    files = [*(results / "tables").glob("*.parquet")]
    files += [results / f"cells/pixels/image/0/{name}.parquet" for name in ("units", "selection", "sensitivity")]
    return {file.stem: parquet.read(file) for file in files}


def limits(n, p, sure=0.999):
    """Between which a binomial count lies so surely."""
    return stats.binom.interval(sure, n, p)


def chance_of_selection(effect):
    """P(p(expression) < alpha and p(identity) > alpha) of a unit without an identity effect; both share an error term.

    Args:
        effect: noncentrality, sum over all pictures of the squared effect of expression over the noise's variance.
    """
    expression, identity, residual = DEGREES
    least, most = stats.f.isf(ALPHA, expression, residual), stats.f.isf(ALPHA, identity, residual)

    def given(error):  # the residual sum of squares over the noise's variance
        share = error / residual
        passes = stats.ncx2.sf(least * expression * share, expression, effect) if effect else stats.chi2.sf(
            least * expression * share, expression
        )  # fmt: skip
        return stats.chi2.pdf(error, residual) * passes * stats.chi2.cdf(most * identity * share, identity)

    return integrate.quad(given, *stats.chi2.ppf([1e-12, 1 - 1e-12], residual))[0]


def noncentrality(step):
    """Of a unit that responds to one of six expressions by `step` standard deviations more."""
    return truth.IDENTITIES["localizer"] * step**2 * 5 / 6


def test_planted_units_are_found_with_the_power_of_the_design_and_no_other_kind_is_mistaken(study):
    units = study["units"]
    found = pd.crosstab(UNITS.kind + np.where(UNITS.step == truth.WEAK, " weakly", ""), units["kind"])
    n = found.sum(axis=1)
    assert found.loc["constant", "constant"] == n["constant"] == 24
    assert found.loc["mixed", "mixed"] == n["mixed"] == 60
    low, high = limits(60, chance_of_selection(noncentrality(truth.STRONG)))
    assert low <= found.loc["selective", "selective"] <= high and low > 55
    low, high = limits(60, chance_of_selection(noncentrality(truth.WEAK)))
    assert low <= found.loc["selective weakly", "selective"] <= high and 10 < low < high < 50
    low, high = limits(100, 1 - ALPHA)  # a p(expression) below alpha by chance makes one `mixed`
    assert low <= found.loc["identity", "identity"] <= high
    low, high = limits(n["neither"], chance_of_selection(0))
    assert low <= found.loc["neither", "selective"] <= high
    selective = units[(UNITS.kind == "selective") & (UNITS.step == truth.STRONG)]
    assert (selective["preferred"].map(EXPRESSIONS.index) == UNITS.prefers[selective["unit"]]).all()


def test_the_null_of_the_count_is_what_no_effect_gives(study):
    units, selection = study["units"], study["selection"].set_index("scheme")
    # units that shuffling leaves free of an identity effect, each of which it makes selective with probability alpha
    free = (units["p_identity"] > ALPHA).sum()
    sure = 4 * np.sqrt(free * ALPHA * (1 - ALPHA) / 100)  # standard errors of a mean of 100 shuffles
    assert selection.loc["fixed", "null_mean"] == pytest.approx(free * ALPHA, abs=sure)
    low, high = limits(free, ALPHA, 0.95)
    assert selection.loc["fixed", ["null_low", "null_high"]].tolist() == pytest.approx([low, high], abs=3)
    assert (selection["p_count"] == 1 / 101).all()
    of_alphas = (
        study["sensitivity"].query("scheme == 'fixed' and threshold_identity == .01").set_index("threshold_expression")
    )
    for alpha, mean in of_alphas["null_mean"].items():
        assert mean == pytest.approx(free * alpha, abs=4 * np.sqrt(free * alpha / 100))


def test_either_half_of_the_identities_finds_the_strong_units_and_their_planted_effect(study):
    selection = study["selection"].iloc[0]
    assert selection["n_both_halves"] >= 55 and selection["kappa_halves"] > 0.6 and selection["p_both"] < 1e-20
    variance = truth.STRONG**2 * 5 / 36  # of the effect, beside the noise's 1
    assert selection["omega2_other_half"] == pytest.approx(variance / (1 + variance), abs=0.06)


@pytest.mark.parametrize("set_", ["controlled", "wild"])
def test_planted_confusions_are_found(study, set_):
    rows = study["confusion"].query("observer == 'pixels' and set == @set_ and group == 'selective'")
    counts = rows["n"].to_numpy(float).reshape(6, 6)
    stimuli, _ = responses_to(UNITS, set_)
    looked = pd.crosstab(stimuli["expression"], stimuli["looks_like"]).to_numpy()
    assert abs(counts - looked).sum() / 2 <= 0.02 * looked.sum()  # decisions that are not what the face looks like
    low, high = stats.binom.interval(0.9999, truth.IDENTITIES[set_], truth.CONFUSIONS[set_])
    assert ((low <= counts) & (counts <= high)).all()
    controls = study["accuracy"].query("set == @set_ and classifier == 'six_way' and labels == 'true'")
    assert controls.query("group == 'nonselective'")["accuracy"].max() < np.trace(truth.CONFUSIONS[set_]) / 6 - 0.1


def correlate(x, y):
    """Pearson's, Spearman's and Kendall's correlation of two matrices, on all entries and on those off the diagonal."""
    off = ~np.eye(6, dtype=bool)
    return [
        float(statistic(x[entries], y[entries])[0])
        for entries in (off | True, off)
        for statistic in (stats.pearsonr, stats.spearmanr, stats.kendalltau)
    ]


@pytest.mark.parametrize("set_", ["controlled", "wild"])
def test_similarity_is_that_of_the_planted_confusions(study, project, set_):
    published = pd.read_csv(project / "resources/published/confusion_published.csv")
    human = published.query("observer == 'human' and stimuli == @set_").pivot(
        index="true_expression", columns="response_expression", values="proportion"
    )  # fmt: skip
    n = truth.IDENTITIES[set_]
    again = generator("planted", "sampling", set_).multinomial(n, truth.CONFUSIONS[set_], (300, 6)) / n
    by_chance = np.array([correlate(matrix, human.to_numpy()) for matrix in again])
    rows = study["similarity"].query("set == @set_ and human == 'human' and group == 'selective'")
    values = rows.query("classifier == 'six_way'").set_index(["entries", "statistic"])["value"]
    found = [values[entries, name] for entries in ("all", "off_diagonal") for name in STATISTICS]
    assert (abs(found - by_chance.mean(axis=0)) < 3.5 * by_chance.std(axis=0)).all()


def test_the_interval_of_similarity_to_planted_participants_holds_the_planted_one(study):
    expected = pd.Series(correlate(truth.CONFUSIONS["controlled"], truth.PARTICIPANTS)[3:], STATISTICS)
    rows = study["similarity"].query("human == 'planted' and group == 'selective' and entries == 'off_diagonal'")
    rows = rows[rows["classifier"] == "six_way"].set_index("statistic").loc[list(STATISTICS)]
    assert ((rows["low"] <= expected) & (expected <= rows["high"])).all()


def test_planted_boundaries_are_found_within_a_level(study):
    fits = study["fits"].query("fit == 'hill' and group == 'selective'").set_index("continuum")
    assert set(fits.index) == set(truth.BOUNDARIES)
    for continuum, boundary in truth.BOUNDARIES.items():
        assert fits.loc[continuum, "boundary"] == pytest.approx(boundary, abs=LEVEL)
        assert fits.loc[continuum, "boundary_low"] <= boundary <= fits.loc[continuum, "boundary_high"]
        assert fits.loc[continuum, "r2"] > 0.98


@pytest.mark.slow
def test_a_study_of_pixels_alone_has_its_figures_and_its_report(finished):
    runs.finish(*finished)
    results = finished[2] / "results/planted"
    drawn = {file.stem for file in (results / "figures").glob("*.png")}
    assert {"fig1_selectivity", "fig2_confusions", "fig3_categorical", "montage_morphs"} <= drawn
    assert (results / "report.zip").exists()


# ------------------------------------------------------------------------------------------------------ over many draws


@pytest.fixture(scope="module")
def draws():
    """What the library makes of the planted study without its pictures, 100 times: kinds found, decisions, fits."""
    found = []
    for number in range(100):
        planted = plant("rates", number)
        localizer, controlled, morphs = (
            Responses(*responses_to(planted, name), np.arange(1024)) for name in ("localizer", "controlled", "morphs")
        )
        moments, _, _ = sums_over(localizer.stimuli, localizer.values, batch_size=120)
        units = select_units(moments, truth.CHOICE)
        groups = draw_groups(units, CONTROLS, planted.name).query("group == 'selective'")
        settings = {"C": 1, "multiclass": "one_vs_one", "shuffles": 0, "identification": "two_way", "max_iter": 10000}
        trials = decoded(localizer, [controlled], groups, settings, planted.name).query("group == 'selective'")
        morphed = identified(localizer, morphs, groups, settings).query("group == 'selective'")
        fits = fit_identification(identification(morphed, ["continuum"]))
        found.append({"planted": planted, "units": units, "trials": trials, "morphed": morphed, "fits": fits})
    return found


def counted(draws, kind, step, condition):
    """Units of a planted kind and step, over all draws, and for how many of them a condition holds."""
    units = [draw["units"][(draw["planted"].kind == kind) & (draw["planted"].step == step)] for draw in draws]
    return sum(map(len, units)), sum(int(condition(part).sum()) for part in units)


@pytest.mark.slow
def test_false_positives_come_at_alpha_and_power_is_that_of_the_noncentral_f(draws):
    expression, _, residual = DEGREES
    limit = stats.f.isf(ALPHA, expression, residual)
    for kind, step in (("neither", 0), ("identity", 0), ("selective", truth.WEAK), ("selective", truth.STRONG)):
        effect = noncentrality(step)
        power = stats.ncf.sf(limit, expression, residual, effect) if effect else ALPHA
        n, found = counted(draws, kind, step, lambda units: units["p_expression"] < ALPHA)
        low, high = limits(n, power)
        assert low <= found <= high, (kind, step, found / n, power)
    for kind, step in (("neither", 0), ("selective", truth.WEAK), ("selective", truth.STRONG)):
        n, found = counted(draws, kind, step, lambda units: units["kind"] == "selective")
        low, high = limits(n, chance_of_selection(noncentrality(step)))
        assert low <= found <= high, (kind, step, found / n)
    for kind in ("mixed", "identity"):
        n, found = counted(draws, kind, truth.STRONG if kind == "mixed" else 0, lambda units: units["selective"])
        assert found == 0, kind


@pytest.mark.slow
def test_decisions_follow_the_planted_confusions(draws):
    counts = sum(
        pd.crosstab(trials["true_expression"], trials["response_expression"]).to_numpy()
        for trials in (draw["trials"].query("set == 'controlled'") for draw in draws)
    )
    expected = 60 * len(draws) * truth.CONFUSIONS["controlled"]
    np.testing.assert_allclose(counts / 6000, truth.CONFUSIONS["controlled"], atol=0.02)
    assert stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), 30) > 0.001


@pytest.mark.slow
def test_boundaries_are_found_without_bias_and_within_a_level(draws):
    fits = pd.concat([draw["fits"] for draw in draws]).query("fit == 'hill'")
    for continuum, boundary in truth.BOUNDARIES.items():
        error = fits.loc[fits["continuum"] == continuum, "boundary"].to_numpy() - boundary
        assert len(error) == len(draws) and (abs(error) < LEVEL).all()
        assert abs(error.mean()) < 3.5 * error.std() / np.sqrt(len(error)) + 0.002  # SPREAD / sqrt(15) is 0.01
        assert error.std() < 0.02


def _off_diagonal(matrix):
    return matrix[~np.eye(6, dtype=bool)]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["matrix", "trials"])
def test_intervals_of_similarity_hold_the_planted_one_as_often_as_they_say(draws, form, tmp_path):
    expected = dict(zip(STATISTICS, correlate(truth.CONFUSIONS["controlled"], truth.PARTICIPANTS)[3:], strict=True))
    matrix = truth.product(true_expression=EXPRESSIONS, response_expression=EXPRESSIONS).assign(
        observer="human", set="controlled", proportion=truth.PARTICIPANTS.ravel()
    )
    held = dict.fromkeys(STATISTICS, 0)
    for number, draw in enumerate(draws):
        given = matrix if form == "matrix" else participants_trials(10, "rates", number)
        given.to_csv(tmp_path / "participants.csv", index=False)
        trials = draw["trials"].query("set == 'controlled'").assign(network="planted", layer="none", seed=0)
        rows = likeness(trials, read(tmp_path / "participants.csv"), EXPRESSIONS, 200, STATISTICS).rows.query(
            "entries == 'off_diagonal'"
        )
        for row in rows.itertuples():
            held[row.statistic] += row.low <= expected[row.statistic] <= row.high
    assert min(held.values()) >= limits(len(draws), 0.95)[0], held  # 95 %, or more: they may be too wide


@pytest.mark.slow
def test_intervals_of_boundaries_hold_the_planted_one_about_as_often_as_they_say(draws):
    held = total = 0
    for draw in draws:
        rows = validated(
            draw["fits"], decisions_of(draw["morphed"], ["continuum"]), 5, 200, draw["planted"].name, ("selective",)
        )
        rows = rows[rows["fit"] == "logistic"].set_index("continuum")
        for continuum, boundary in truth.BOUNDARIES.items():
            held += rows.loc[continuum, "boundary_low"] <= boundary <= rows.loc[continuum, "boundary_high"]
            total += 1
    # percentiles of 15 resampled identities are narrower than a t interval by 1.96 sqrt(14 / 15) to 2.14: expect .92
    assert limits(total, 0.9)[0] <= held <= limits(total, 0.96)[1], held / total


@pytest.mark.slow
def test_the_null_holds_for_units_that_share_their_noise():
    p, inside = [], []
    for number in range(300):
        stimuli = truth.design(10)
        moments, permuted, units = sums_over(
            stimuli, shared_noise(10, 1000, 5, number), batch_size=60, permutations=39, name=("shared", number)
        )
        table = sensitivity(moments, null_counts(sums_of(moments.iloc[units]), permuted), Choice("two_way", 0.05, 0.05))
        row = table.query("threshold_expression == .05 and threshold_identity == .05 and scheme == 'fixed'").iloc[0]
        p.append(row["p_count"])
        inside.append(row["null_low"] <= row["n_selective"] <= row["null_high"])
    for level in (0.05, 0.1, 0.5):
        low, high = limits(300, level)
        assert low <= (np.array(p) <= level + 1e-9).sum() <= high, level
    low, high = limits(300, 0.925)  # of 40 counts that are alike, the quantiles of 39 leave out three
    assert low <= sum(inside) <= high
