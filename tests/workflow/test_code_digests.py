"""The code that a rule's digest covers is the code that its script runs: all of it, and nothing else."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mien import provenance
from mien.comparison.schemas import SCHEMAS
from mien.figures.catalogue import catalogue
from mien.stimuli.sources import SOURCES
from tests.helpers import rules, runs, schemas

#: Executes the imports of each script, late ones too, as if each were the first, and loads what its params name; prints
#: the modules of mien that are loaded then.
LOAD = """
import ast, importlib, json, sys
loaded = {}
for job, (script, *modules) in json.loads(sys.argv[1]).items():
    for name in [name for name in sys.modules if name.split(".")[0] == "mien"]:
        del sys.modules[name]
    tree = ast.parse(open(script).read())
    tree.body = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    exec(compile(tree, script, "exec"), {})
    for module in modules:
        importlib.import_module(module)
    loaded[job] = [sys.modules[name].__file__ for name in sys.modules if name.split(".")[0] == "mien"]
print(json.dumps(loaded))
"""


@pytest.fixture(scope="module")
def scripts(project) -> list[Path]:
    found = sorted((project / "workflow/scripts").glob("*.py"))
    assert len(found) > 10
    return found


@pytest.fixture(scope="module")
def jobs(scripts) -> dict[str, tuple[str, ...]]:
    """What `code_of` is given, by a name: each script, and those that load a source's module with each of these."""
    alone = {script.stem: (str(script),) for script in scripts}
    modules = {
        "render": [source.sets for source in SOURCES.values()],
        "render_diet": [s.diets for s in SOURCES.values()],
        "figure": [f"mien.figures.{name}" for name in catalogue()],
    }
    loading = [(name, module) for name, of_sources in modules.items() for module in of_sources if module]
    return alone | {f"{name} {module}": (*alone[name], module) for name, module in loading}


@pytest.fixture(scope="module")
def loaded(project, jobs) -> dict[str, set[str]]:
    """Files of mien that each job loads when Python runs the imports of its script."""
    command = [sys.executable, "-c", LOAD, json.dumps(jobs)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {job: set(files) for job, files in json.loads(done.stdout).items()}


def test_modules_named_are_those_that_the_scripts_load(jobs, loaded):
    named = {job: {str(path) for path in provenance.code_behind(*code)} for job, code in jobs.items()}
    assert named == loaded


def test_a_rule_whose_script_loads_a_module_digests_it_too(project, scripts):
    loading = {script.stem for script in scripts if "load(params." in script.read_text()}
    assert loading == {"render", "render_diet", "figure"}
    figures = (project / "workflow/rules/figures.smk").read_text()
    of_figure = 'f"mien.figures.{figure_of}"'  # a rule for each, made in a loop
    assert f"module={of_figure}," in figures and f'code=code_of("figure", {of_figure})' in figures
    texts = rules.rules(project)
    for name in loading - {"figure"}:
        (module,) = re.findall(r"module=lambda wildcards: (.*),", texts[name])
        assert f'code=lambda wildcards: code_of("{name}", {module})' in texts[name]


def test_a_stage_is_not_made_again_for_what_it_does_not_use(project, loaded):
    def uses(script: str, module: str) -> bool:
        assert (project / "mien" / module).is_file()
        return str(project / "mien" / module) in loaded[script]

    def sources(module: str) -> set[str]:
        """Which sources' modules bring this one along; "" where a script alone does."""
        return {job.partition(" ")[2] for job in loaded if uses(job, module)}

    assert sources("stimuli/objects/texture.py") == {"mien.stimuli.objects.diets", "mien.stimuli.mixed"}
    assert sources("stimuli/own_pictures.py") == {"mien.stimuli.own_pictures"}
    assert not uses("render_ict", "stimuli/faces/render.py")
    assert not uses("render mien.stimuli.faces.sets", "stimuli/diets.py")
    assert [script for script in loaded if uses(script, "stimuli/ict/render.py")] == ["render_ict"]
    assert not uses("prepare_photographs", "stimuli/photographs/databases.py")
    assert {script for script in loaded if uses(script, "stimuli/sources.py")} == {"claims"}
    assert {script for script in loaded if uses(script, "networks/training/training.py")} == {"train"}
    assert {script for script in loaded if uses(script, "networks/readout/responses.py")} == {
        *("localize", "probe", "fetch", "shuffle", "list_layers")
    }
    assert {script for script in loaded if uses(script, "downloads/sources.py")} == {
        *("fetch", "face_model", "face_landmarker")
    }
    assert {script for script in loaded if uses(script, "units/selection.py")} == {"select_units"}
    assert {script for script in loaded if uses(script, "units/anova.py")} == {"localize", "select_units"}
    assert {script for script in loaded if uses(script, "configuration/criteria_words.py")} == {
        "figure mien.figures.fig7_sensitivity"
    }
    assert {script for script in loaded if uses(script, "units/passes.py")} == {"localize", "probe"}
    assert not {"discriminate", "measure_morphs"} & {s for s in loaded if uses(s, "decoding/classifiers.py")}
    assert {script for script in loaded if uses(script, "figures/style.py")} == {
        *("figure", *(f"figure mien.figures.{name}" for name in catalogue()))
    }
    for name in catalogue():
        assert {job for job in loaded if uses(job, f"figures/{name}.py")} == {f"figure mien.figures.{name}"}


def test_every_import_of_mien_is_absolute_and_plain(project):
    """What `provenance` does not follow is not used."""
    for path in [*(project / "mien").rglob("*.py"), *(project / "workflow/scripts").glob("*.py")]:
        tree = ast.parse(path.read_text())
        assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level] == [], path
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        others = ("provenance.py", "places.py", "packages.py", "own_files.py")  # but for the first, of others' code
        assert path.name in others or not names & {"__import__", "importlib"}, path


def test_editing_a_module_changes_the_digests_of_the_scripts_that_load_it_and_no_others(
    project, jobs, loaded, tmp_path, monkeypatch
):
    copy = runs.copy_project(project, tmp_path / "mien")
    copied = {
        job: (copy / "workflow/scripts" / Path(script).name, *modules) for job, (script, *modules) in jobs.items()
    }
    monkeypatch.setattr(provenance, "ROOT", copy)

    def digests() -> dict[str, str]:
        return {job: provenance.digest_of_code(*code) for job, code in copied.items()}

    before = digests()
    for path in sorted((copy / "mien").rglob("*.py")):
        content = path.read_text()
        path.write_text(f"{content}\n_EDITED = True\n")
        changed = {name for name, digest in digests().items() if digest != before[name]}
        path.write_text(content)
        original = str(project / path.relative_to(copy))
        assert changed == {name for name, files in loaded.items() if original in files}, path.name
    assert digests() == before


def tables_written(script: Path) -> set[str]:
    """The names of the tables that a script writes, by the constants of their schemas."""
    names = {constant: schema.name for held in schemas.by_module().values() for constant, schema in held.items()}
    constants = re.findall(r"parquet\.write(?:_spool)?\((?:\w+\.)?([A-Z0-9_]+|\w+_schema)\b", script.read_text())
    return set().union(*(SCHEMAS if constant == "SCHEMAS" else {names[constant]} for constant in constants))


def rules_above(project: Path, config: Path, folder: Path) -> dict[str, set[str]]:
    """For each rule of a study, itself and the rules of what is made from its results."""
    graph = runs.run(project, config, folder, "--rulegraph").stdout
    names = dict(re.findall(r'(\d+)\[label = "(\w+)"', graph))
    above = {name: {name} for name in names.values()}
    edges = [(names[start], names[end]) for start, end in re.findall(r"(\d+) -> (\d+)", graph)]
    for _ in above:
        for start, end in edges:
            above[start] |= above[end]
    return above


def test_schemas_are_used_by_what_writes_their_table_and_by_what_is_made_from_it(project, loaded, tiny, tmp_path):
    script_of = rules.scripts(project)
    written = {rule: tables_written(project / f"workflow/scripts/{script}.py") for rule, script in script_of.items()}
    above = rules_above(*tiny, tmp_path)
    wrong = {}
    for file, constants in schemas.by_module().items():
        using = {rule for rule in above if rule in script_of and str(project / file) in loaded[script_of[rule]]}
        for schema in constants.values():
            writers = {rule for rule, tables in written.items() if schema.name in tables}
            assert writers, f"nothing writes {schema.name}"
            of_study = writers & set(above)
            wrong[file, schema.name] = using - set().union(*(above[rule] for rule in of_study))
    assert {key: using for key, using in wrong.items() if using} == {}
