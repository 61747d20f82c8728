"""What runs again after a change: what depends on it, and nothing else."""

import os
import shutil

import pytest

from tests.helpers import runs

CELLS = [
    ("face_trained", "conv4_3", 0),
    ("face_trained", "conv5_3", 0),
    ("untrained", "conv4_3", 0),
    ("untrained", "conv4_3", 1),
    ("pixels", "image", 0),
]
OF_CLAIMS = {("figure_fig9_claims", ""), ("claims_page", "")}

PASSES = ("localize", "probe")
LAST_OF_A_CELL = tuple(
    f"{name}.parquet" for name in ("trials", "unit_counts", "identification_trials", "discrimination", "selection")
)
SETS = ("localizer", "controlled", "wild", "morphs")


def all_cells(rules: str) -> set:
    return set().union(*(runs.cell_jobs(*cell, rules) for cell in CELLS))


def test_finished_study_has_nothing_to_do(tiny, tiny_study):
    before = runs.results(tiny_study)
    assert "Nothing to be done" in runs.finish(*tiny, tiny_study)
    assert runs.results(tiny_study) == before


def test_no_half_written_file_is_left(tiny_study):
    left = {path.name for path in (tiny_study / "results/tiny").rglob("*")}
    assert "units.parquet" in left
    assert [name for name in left if name.endswith((".partial", ".checkpoint"))] == []


def test_deleted_cell_runs_again_with_the_summaries_above_it_and_nothing_else(tiny, study):
    shutil.rmtree(study / "results/tiny/cells/untrained/conv4_3/1")
    assert runs.planned(*tiny, study) == runs.cell_jobs("untrained", "conv4_3", 1) | runs.summaries()


def logs(study, layer):
    return [(study / f"results/tiny/cells/face_trained/{layer}/0/logs/{rule}.log").read_text() for rule in PASSES]


def test_layers_share_passes_and_one_that_is_deleted_is_read_alone_with_the_same_bytes(tiny, tiny_study, study):
    said = {text for layer in ("conv4_3", "conv5_3") for text in logs(tiny_study, layer)}
    assert said == {"finished\n", "read in an earlier pass over the network\nfinished\n"}
    for layer in ("conv4_3", "conv5_3"):
        shutil.rmtree(study / f"results/tiny/cells/face_trained/{layer}")
        targets = [f"results/tiny/cells/face_trained/{layer}/0/{name}" for name in LAST_OF_A_CELL]
        runs.finish(*tiny, study, *targets)
        assert logs(study, layer) == ["finished\n"] * 2
        assert runs.results(study) == runs.results(tiny_study)


def test_nothing_is_left_of_shared_passes_but_their_locks(tiny_study):
    left = [path for path in (tiny_study / "results/tiny/passes").rglob("*") if path.is_file()]
    assert {path.name for path in left} == {"lock"}
    assert all(path.stat().st_size == 0 for path in left)


def test_what_says_which_layers_share_a_pass_reruns_nothing(tiny, tiny_study, tmp_path):
    """But that layer's own jobs, as another test says; here it goes."""

    def without(config):
        config["networks"]["face_trained"]["layers"] = ["conv4_3"]

    config = runs.reconfigured(tiny[1], tmp_path / "fewer", without)
    planned = {rule for rule, _ in runs.planned(tiny[0], config, tiny_study)}
    assert not planned & {"localize", "probe"}


@pytest.mark.parametrize(
    ("file", "rules"),
    [
        ("groups.parquet", "select probe decode identify discriminate count_units"),
        ("trials.parquet", "decode"),
        ("unit_counts.parquet", "count_units"),
    ],
)
def test_deleted_table_of_a_cell_is_made_anew(tiny, study, file, rules):
    (study / "results/tiny/cells/pixels/image/0" / file).unlink()
    assert runs.planned(*tiny, study) == runs.cell_jobs("pixels", "image", 0, rules) | runs.summaries()


@pytest.mark.parametrize(
    ("module", "rules", "of_study"),
    [
        ("units/selection", "select probe decode identify discriminate count_units", set()),
        ("comparison/tables", "", set()),
    ],
)
def test_edited_analysis_reruns_its_jobs_and_those_above_them(tiny, tiny_study, module, rules, of_study):
    with runs.edited(tiny[0] / f"mien/{module}.py"):
        assert runs.planned(*tiny, tiny_study) == all_cells(rules) | of_study | runs.summaries()


def test_another_column_of_the_claims_reruns_the_claims_their_figure_and_the_report(tiny, tiny_study):
    def another_column(text: str) -> str:
        return text.replace('"why": TEXT,', '"why": TEXT, "doubt": TEXT,')

    with runs.edited(tiny[0] / "mien/claims/schema.py", another_column):
        assert runs.planned(*tiny, tiny_study) == {("claims", ""), *OF_CLAIMS, ("study_report", "")}


@pytest.mark.parametrize("criterion", ["one_way", "omega2"])
def test_another_criterion_extracts_nothing_again(tiny, tiny_study, tmp_path, criterion):
    config = runs.reconfigured(
        tiny[1], tmp_path / criterion, lambda config: config["selectivity"].update(criterion=criterion)
    )
    planned = {rule for rule, _ in runs.planned(tiny[0], config, tiny_study)}
    assert planned == {"select", "probe", "decode", "identify", "discriminate", "count_units"} | {
        rule for rule, _ in runs.summaries()
    }


def test_edited_figure_reruns_itself_alone(tiny, tiny_study):
    with runs.edited(tiny[0] / "mien/figures/fig7_sensitivity.py"):
        assert runs.planned(*tiny, tiny_study) == {("figure_fig7_sensitivity", ""), ("study_report", "")}
    with runs.edited(tiny[0] / "mien/figures/marks/matrices.py"):
        named = {rule for rule, _ in runs.planned(*tiny, tiny_study)}
        assert named == {"figure_fig2_confusions", "figure_fig4_networks", "study_report"}


def test_edited_look_reruns_figures_only(tiny, tiny_study):
    with runs.edited(tiny[0] / "mien/figures/style.py"):
        planned = {rule for rule, _ in runs.planned(*tiny, tiny_study)}
        montages = {f"figure_montage_{name}" for name in (*SETS, "faces", "objects")}
        assert planned == runs.FIGURES | montages | {"figure_confounds", "study_report"}


def test_edited_page_of_claims_reruns_itself_alone(tiny, tiny_study):
    with runs.edited(tiny[0] / "mien/claims/page.py"):
        assert runs.planned(*tiny, tiny_study) == {("claims_page", ""), ("study_report", "")}


def test_another_seed_layer_or_network_plans_only_its_own_cells(tiny, tiny_study, tmp_path):
    def grow(config):
        config["networks"]["untrained"]["seeds"].append(2)
        config["networks"]["face_trained"]["layers"].append("conv3_1")
        config["networks"]["orthogonal"] = {**config["networks"]["untrained"], "seeds": [5]}

    grown = runs.reconfigured(tiny[1], tmp_path / "grown", grow)
    assert runs.planned(tiny[0], grown, tiny_study) == (
        {("initialise", "network=untrained, seed=2"), ("initialise", "network=orthogonal, seed=5")}
        | {("list_layers", "network=orthogonal"), ("list_layers", "network=face_trained")}
        | {("participants", ""), ("match_participants", "")}  # nobody is called like a network
        | runs.cell_jobs("untrained", "conv4_3", 2)
        | runs.cell_jobs("face_trained", "conv3_1", 0)
        | runs.cell_jobs("orthogonal", "conv4_3", 5)
        | runs.summaries()
    )


def test_another_study_inherits_nothing(tiny, tiny_study, tmp_path):
    def alone(config):
        config["study"] = "alone"
        config["networks"] = {"pixels": config["networks"]["pixels"]}
        config["diets"] = {}
        config["figures"] = {"focus": "pixels", "layer": "image", "compare": ["pixels"]}

    config = runs.reconfigured(tiny[1], tmp_path / "alone", alone)
    assert runs.planned(tiny[0], config, tiny_study) == (
        {("initialise", "network=pixels, seed=0"), ("list_layers", "network=pixels")}
        | {("confounds", ""), ("figure_confounds", ""), ("environment", "")}
        | {("difficulty", ""), ("measure_morphs", ""), ("participants", ""), ("match_participants", "")}
        | {("render", f"set={name}") for name in SETS}
        | {(f"figure_montage_{name}", "") for name in SETS}
        | runs.cell_jobs("pixels", "image", 0)
        | runs.summaries()
    )


def reordered(value: object) -> object:
    """The same mapping with its keys, at every depth, in the reverse order."""
    return {key: reordered(value[key]) for key in reversed(value)} if isinstance(value, dict) else value


def test_order_of_keys_does_not_matter(tiny, tiny_study, tmp_path):
    def reorder(config):
        for key, value in reordered(dict(config)).items():
            del config[key]
            config[key] = {name: value[name] for name in reversed(value)} if key == "networks" else value

    assert runs.planned(tiny[0], runs.reconfigured(tiny[1], tmp_path / "reordered", reorder), tiny_study) == set()


def test_order_of_networks_is_the_order_of_rows(tiny, tiny_study, tmp_path):
    def reorder(config):
        config["networks"] = dict(reversed(config["networks"].items()))

    config = runs.reconfigured(tiny[1], tmp_path / "reordered", reorder)
    assert runs.planned(tiny[0], config, tiny_study) == runs.summaries()


def test_participants_answers_replaced_by_an_older_file_are_read_again(tiny, study, tmp_path):
    answers = tmp_path / "our {own}, of {1} group.csv"
    answers.write_text(
        "subject,stimulus,set,true_expression,response_expression\n1,f1,controlled,fear,fear\n1,f1,else,fear,anger\n"
    )
    config = runs.reconfigured(tiny[1], study, lambda config: config.update(comparison={"human": [str(answers)]}))
    where = (tiny[0], config, study, "results/tiny/participants/trials.parquet")
    said = runs.finish(*where)
    assert f"mien: {answers}: the study has no set 'else'" in said
    assert "mien: comparison.human: observer 'human', set 'controlled': none of 1 stimuli is the study's" in said
    assert runs.planned(*where) == set()
    answers.write_text(answers.read_text().replace("fear,fear", "fear,NA"))
    os.utime(answers, (1e9, 1e9))  # as `cp -p` and unpacked archives leave it
    assert runs.planned(*where) == {("participants", ""), ("match_participants", "")}


def test_edited_importer_of_the_users_own_pictures_reruns_nothing_of_a_study_that_has_none(tiny, tiny_study):
    with runs.edited(tiny[0] / "mien/stimuli/own_pictures.py"):
        assert runs.planned(*tiny, tiny_study) == set()


def test_edited_codec_of_pictures_reruns_what_encodes_or_decodes_them(tiny, tiny_study):
    with runs.edited(tiny[0] / "mien/stimuli/pictures.py"):
        planned = {rule for rule, _ in runs.planned(*tiny, tiny_study)}
    assert planned >= {
        "render",
        "render_diet",
        "train",
        "localize",
        "probe",
        "confounds",
        "difficulty",
        "measure_morphs",
    }
    assert not planned & {"initialise", "list_layers", "participants"}


def test_edited_statistics_of_discrimination_rerun_the_comparison_and_no_cell(tiny, tiny_study):
    with runs.edited(tiny[0] / "mien/categorical/discrimination.py"):
        assert runs.planned(*tiny, tiny_study) == runs.summaries()


def test_edited_distances_rerun_what_measures_them(tiny, tiny_study):
    with runs.edited(tiny[0] / "mien/categorical/distances.py"):
        expected = all_cells("discriminate") | {("measure_morphs", "")} | runs.summaries()
        assert runs.planned(*tiny, tiny_study) == expected


def test_edited_classifier_reruns_what_classifies_and_not_what_only_reads_responses(tiny, tiny_study):
    with runs.edited(tiny[0] / "mien/decoding/classifiers.py"):
        expected = all_cells("decode identify count_units") | {("difficulty", "")} | runs.summaries()
        assert runs.planned(*tiny, tiny_study) == expected
