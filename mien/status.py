"""Why a result is missing or doubtful: codes in the tables, and a reader's words that go with them.

A `status` is `ok`, or one or more codes (`mien.codes`). Numbers that belong to a code stand in columns of their own.
Code compares codes; only what people read (captions, figures, messages, the report) looks the words up. Which codes a
table's status may have is said where the table is made.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mien.codes import OK, codes_of, joined

# cells
MISSING = "missing"
TRAINING_FAILED = "training_failed"
# units and their classifiers
NO_UNITS = "no_selective_units"
NO_UNITS_IN_HALVES = "no_unit_selective_in_either_half"
NO_UNITS_FOR_SOME = "no_selective_units_for_some_images"
RESPONSES_VANISH = "responses_vanish"
NOT_CONVERGED = "classifier_not_converged"
NOTHING_TO_MATCH = "nothing_to_match"
TOO_FEW_TO_MATCH = "too_few_to_match"
SAMPLED = "sampled"
# confusions
EXPRESSION_UNTESTED = "expression_without_trials"
FEW_SHARED = "fewer_than_3_shared_expressions"
MEASURE_UNDEFINED = "measure_undefined"
OBSERVER_CONSTANT = "observer_constant"
PARTICIPANTS_CONSTANT = "participants_constant"
FEW_IDENTITIES = "fewer_than_5_identities"
NOISE = "noise_drowns_the_matrix"
NO_CORRELATION = "not_a_correlation"
PERFECT_UNDEFINED = "perfect_classifier_undefined"
UNIFORM_UNDEFINED = "uniform_errors_undefined"
NO_VALUE = "a_network_without_a_value"
RESAMPLES_EQUAL = "resamples_do_not_differ"
FEW_SEEDS = "fewer_than_2_seeds"
SEEDS_EQUAL = "seeds_do_not_differ"
NONE_SHARED = "no_shared_stimuli"
BOTH_RIGHT = "both_always_right"
BOTH_WRONG = "both_always_wrong"
ONE_CONSTANT = "one_always_right_or_wrong"
NO_TRIALS = "no_single_trials"
ONE_PARTICIPANT = "one_participant"
FEW_PARTICIPANTS = "fewer_than_4_participants"
HALVES_UNDEFINED = "halves_undefined"
HALVES_DISAGREE = "halves_disagree"
HALVES_DEPEND = "halves_disagree_without_some"
# categorical perception
NO_DECISIONS = "no_decisions"
NEVER_SECOND = "never_second"
ALWAYS_SECOND = "always_second"
NOT_RISING = "not_rising"
CONSTANT = "constant_curve"
FEW_LEVELS = "too_few_levels"
STEP = "step"
AT_BOUND = "parameter_at_bound"
FIT_NOT_CONVERGED = "fit_not_converged"
EXACT = "exact_fit"
ONE_IDENTITY = "one_identity"
NO_INTERVAL = "resamples_undefined"
NO_CHANGE = "no_change"
NO_BOUNDARY = "no_boundary"
BOUNDARY_AT_END = "boundary_at_an_end"
PICTURES_ALIKE = "pictures_alike"

#: Every code: what a figure has room to say, and the rest.
_SAID: Mapping[str, tuple[str, str]] = {
    OK: ("ok", ""),
    MISSING: ("missing", "not finished when the cells were compared"),
    TRAINING_FAILED: ("training failed", "its held-out score is below comparison.training_score"),
    NO_UNITS: ("no selective units", ""),
    NO_UNITS_IN_HALVES: ("no unit is selective in either half", ""),
    NO_UNITS_FOR_SOME: ("no selective units for some of the images", ""),
    RESPONSES_VANISH: ("responses vanish", "no unit has a standard deviation of 1.2e-7, the precision of its numbers"),
    NOT_CONVERGED: ("classifier did not converge", "it was stopped at decoding.max_iter"),
    NOTHING_TO_MATCH: ("controls are not count-matched", "no unit is selective"),
    TOO_FEW_TO_MATCH: ("controls are not count-matched", "too few units to draw from"),
    SAMPLED: ("a random sample of the layer's units", "more vary than selectivity.all_units"),
    EXPRESSION_UNTESTED: ("an expression without trials", ""),
    FEW_SHARED: ("not compared", "participants and the study share fewer than 3 expressions"),
    MEASURE_UNDEFINED: ("the measure is undefined for these entries", ""),
    OBSERVER_CONSTANT: ("the observer's matrix is constant", "similarity is undefined"),
    PARTICIPANTS_CONSTANT: ("the participants' matrix is constant", "similarity is undefined"),
    FEW_IDENTITIES: ("no interval", "fewer than 5 identities"),
    NOISE: ("no interval", "noise drowns the matrix"),
    NO_CORRELATION: ("not noise-corrected", "the measure is not a correlation"),
    PERFECT_UNDEFINED: ("the measure is undefined for a perfect classifier, which makes no errors", ""),
    UNIFORM_UNDEFINED: ("the measure is undefined for uniform errors", ""),
    NO_VALUE: ("a network without a value", "see table similarity"),
    RESAMPLES_EQUAL: ("no interval", "the resamples do not differ"),
    FEW_SEEDS: ("no test over seeds", "fewer than 2 of a network"),
    SEEDS_EQUAL: ("no test over seeds", "they do not differ"),
    NONE_SHARED: ("no shared stimuli", ""),
    BOTH_RIGHT: ("both always right", "kappa is undefined"),
    BOTH_WRONG: ("both always wrong", "kappa is undefined"),
    ONE_CONSTANT: ("one is always right or always wrong", "kappa is 0 whatever the other does"),
    NO_TRIALS: ("no single trials", "a published matrix has no ceiling"),
    ONE_PARTICIPANT: ("one participant", "no halves"),
    FEW_PARTICIPANTS: ("no interval", "fewer than 4 participants"),
    HALVES_UNDEFINED: ("an expression without trials, or constant entries, in every half", ""),
    HALVES_DISAGREE: ("the halves disagree", "no ceiling"),
    HALVES_DEPEND: ("no interval", "without some participants the halves disagree"),
    NO_DECISIONS: ("no decisions", ""),
    NEVER_SECOND: ("never the second expression", ""),
    ALWAYS_SECOND: ("always the second expression", ""),
    NOT_RISING: ("no boundary", "the second expression is not chosen more towards its end"),
    CONSTANT: ("constant curve", "R2 is undefined"),
    FEW_LEVELS: ("too few levels", "a fit needs more of them than it has parameters"),
    STEP: ("a step", "steeper than the levels resolve"),
    AT_BOUND: ("the curve holds, its parameters do not", "one is at its bound"),
    FIT_NOT_CONVERGED: ("the fit did not converge", ""),
    EXACT: ("exact", "AIC is undefined"),
    ONE_IDENTITY: ("no interval", "one identity"),
    NO_INTERVAL: ("no interval", "undefined in more than 5 % of the resamples"),
    NO_CHANGE: ("no change", "the units respond alike to all levels"),
    NO_BOUNDARY: ("no boundary", "the logistic curve does not cross one half"),
    BOUNDARY_AT_END: ("the boundary lies too near an end", "no two levels about it"),
    PICTURES_ALIKE: ("the pictures are alike at all levels", ""),
}

#: Every code, in the words of a table's reader.
WORDS: Mapping[str, str] = {code: ": ".join(filter(None, said)) for code, said in _SAID.items()}


def has(column: pd.Series, code: str) -> np.ndarray:
    """Which statuses of a column hold a code, (rows,) of bool."""
    return np.array([code in codes_of(status) for status in column], bool)


def first_of(reasons: Mapping[str, np.ndarray]) -> np.ndarray:
    """The first code whose mask is true, `ok` where none is: (rows,)."""
    return np.select(list(reasons.values()), list(reasons), OK)


def added(column: pd.Series, code: str, where: np.ndarray) -> pd.Series:
    """Statuses with `code` after those that they have, where the mask is true."""
    longer = {status: joined([*codes_of(status), code]) for status in column.unique()}
    return column.mask(np.asarray(where, bool), column.map(longer))


def short(code: str) -> str:
    """A code in few words, without its explanation."""
    return _SAID[code][0]


def words(status: str) -> str:
    """A status in a reader's words."""
    return "; ".join(WORDS[code] for code in codes_of(status)) or WORDS[OK]
