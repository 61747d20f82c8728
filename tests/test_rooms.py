"""The house: which rooms there are, which may use which, and that no module or function is too long to read at once."""

import ast
from pathlib import Path

import pytest

#: The rooms in the order in which data walk through them: each may use those before it, and the leaves.
ROOMS = (
    *("configuration", "tables", "statistics", "stimuli", "networks", "units", "decoding", "confusions"),
    *("categorical", "comparison", "claims", "figures"),
)


@pytest.fixture(scope="module")
def modules(project: Path) -> dict[str, ast.Module]:
    """Every module of the library as a tree, by its path below `mien`."""
    folder = project / "mien"
    return {str(path.relative_to(folder)): ast.parse(path.read_bytes()) for path in sorted(folder.rglob("*.py"))}


def room_of(module: str) -> str:
    """The room that a module of `mien` stands in; "" of a leaf."""
    first = module.replace("/", ".").split(".")[0]
    return first if first in ROOMS else ""


def used(tree: ast.Module) -> set[str]:
    """The modules of `mien` that one imports, also late."""
    return {
        f"{node.module}.{alias.name}".removeprefix("mien.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "mien"
        for alias in node.names
    }


def test_every_room_is_there_and_has_its_place(project, modules):
    folders = {path.parts[0] for path in map(Path, modules) if len(path.parts) > 1}
    assert folders - {"downloads", "environment"} == set(ROOMS)


def test_a_room_uses_leaves_and_rooms_that_data_have_been_in(modules):
    place = {"": -1, **{room: number for number, room in enumerate(ROOMS)}}
    wrong = {
        name: [other for other in used(tree) if place[room_of(other)] > place[room_of(name)]]
        for name, tree in modules.items()
    }
    assert {name: others for name, others in wrong.items() if others} == {}


def test_a_package_says_what_it_is_for_and_imports_nothing(modules):
    packages = {name: tree for name, tree in modules.items() if name.endswith("__init__.py")}
    assert packages and all(ast.get_docstring(tree) and len(tree.body) == 1 for tree in packages.values())


def test_modules_and_functions_can_be_read_in_one_go(project, modules):
    lines = {name: len((project / "mien" / name).read_text(encoding="utf-8").splitlines()) for name in modules}
    assert {name: n for name, n in lines.items() if n > 300} == {}
    functions = {
        (name, node.name): node.end_lineno - node.lineno + 1
        for name, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    assert {name: n for name, n in functions.items() if n > 60} == {}


def test_tests_stand_in_the_rooms_of_what_they_test(project, modules):
    rooms = {path.parts[0] for path in map(Path, modules) if len(path.parts) > 1}
    found = {path.name for path in (project / "tests").iterdir() if path.is_dir() and any(path.glob("**/test_*.py"))}
    assert found - {"workflow"} <= rooms and set(ROOMS) <= found
