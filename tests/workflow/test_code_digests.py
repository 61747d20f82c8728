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
from tests.helpers import rules, runs, schemas

#: Executes the imports of each script, as if each were the first, and prints the modules of mien that they loaded.
LOAD = """
import ast, json, sys
loaded = {}
for script in sys.argv[1:]:
    for name in [name for name in sys.modules if name.split(".")[0] == "mien"]:
        del sys.modules[name]
    tree = ast.parse(open(script).read())
    tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    exec(compile(tree, script, "exec"), {})
    loaded[script] = [sys.modules[name].__file__ for name in sys.modules if name.split(".")[0] == "mien"]
print(json.dumps(loaded))
"""


@pytest.fixture(scope="module")
def scripts(project) -> list[Path]:
    found = sorted((project / "workflow/scripts").glob("*.py"))
    assert len(found) > 10
    return found


@pytest.fixture(scope="module")
def loaded(project, scripts) -> dict[str, set[str]]:
    """Files of mien that each script loads when Python runs its imports, by the script's name."""
    command = [sys.executable, "-c", LOAD, *map(str, scripts)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {Path(script).stem: set(files) for script, files in json.loads(done.stdout).items()}


def test_modules_named_are_those_that_the_scripts_load(scripts, loaded):
    named = {script.stem: {str(path) for path in provenance.code_behind(script)} for script in scripts}
    assert named == loaded


def test_a_stage_is_not_made_again_for_what_it_does_not_use(project, loaded):
    def uses(script: str, module: str) -> bool:
        assert (project / "mien" / module).is_file()
        return str(project / "mien" / module) in loaded[script]

    assert [script for script in loaded if uses(script, "stimuli/objects/texture.py")] == ["render_diet"]
    assert {script for script in loaded if uses(script, "networks/training/training.py")} == {"train"}
    assert {script for script in loaded if uses(script, "units/selection.py")} == {"select_units"}
    assert {script for script in loaded if uses(script, "units/anova.py")} == {"localize", "select_units"}
    assert not {"discriminate", "measure_morphs"} & {s for s in loaded if uses(s, "decoding/classifiers.py")}
    assert {script for script in loaded if uses(script, "figures/style.py")} == {
        script for script in loaded if script.startswith("figure_")
    }


def test_every_import_of_mien_is_absolute_and_plain(project):
    """What `provenance` does not follow is not used."""
    for path in [*(project / "mien").rglob("*.py"), *(project / "workflow/scripts").glob("*.py")]:
        tree = ast.parse(path.read_text())
        assert [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level] == [], path
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not names & {"__import__", "importlib"}, path


def test_editing_a_module_changes_the_digests_of_the_scripts_that_load_it_and_no_others(
    project, loaded, tmp_path, monkeypatch
):
    copy = runs.copy_project(project, tmp_path / "mien")
    monkeypatch.setattr(provenance, "ROOT", copy)

    def digests() -> dict[str, str]:
        return {name: provenance.digest_of_code(copy / f"workflow/scripts/{name}.py") for name in loaded}

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
    constants = re.findall(r"parquet\.write\((?:\w+\.)?([A-Z0-9_]+)", script.read_text())
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
