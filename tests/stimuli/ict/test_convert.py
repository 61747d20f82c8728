"""The ICT face model reduced, from small meshes in upstream's form and, where it is there, from the model itself."""

import json
import runpy
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest

from mien.errors import InputError
from mien.stimuli.ict import convert
from mien.stimuli.ict.obj import read_triangles, read_vertices
from tests.helpers.places import SHARED

MODEL = SHARED / "ict_facekit" / "face_model.npz"
LICENCE = (convert.REDUCTION / "LICENSE").read_text()
ARCHIVE_FOLDER = "ICT-FaceKit-da5f95a607f5e6b37755b38d3385d7f2853732e5"
EXPRESSIONS = ("browDown_L", "jawOpen")

#: Ten vertices; 0 to 3 and 6 to 8 are kept.
POSITIONS = np.array([[x, y, 10.5 + x * y] for y in (0.0, 1.25) for x in (-2.0, -1.0, 0.0, 1.0, 2.0)])
POLYGONS = ("1/1 2/2 3/3 4/4", "4/4 7/5 8/6", "5/1 6/2 7/3", "7/5 8/6 9/7 1/1 2/2", "1/1 2/2 3/3 10/9")
TRIANGLES = [[0, 1, 2], [0, 2, 3], [3, 4, 5], [4, 5, 6], [4, 6, 0], [4, 0, 1]]


def obj(positions, polygons=POLYGONS, digits=6):
    """A mesh as upstream writes it: the licence as comments, `mtllib`, `v`, `vt`, groups, and faces of `v/vt`."""
    lines = ["#" * 90, *(f"# {line:<86} #" for line in LICENCE.splitlines()), "#" * 90, "", "mtllib Material.mtl"]
    lines += ["v " + " ".join(f"{value:.{digits}g}" for value in position) for position in positions]
    lines += ["vt 0.25 0.75"] * 9 + ["g face", "usemtl skin", "s 1"] + [f"f {polygon}" for polygon in polygons]
    return "\n".join(lines) + "\n"


def shapes():
    """Displacements of two identity modes and two expressions; the second moves one vertex by rounding only."""
    wave = np.sin(np.arange(120.0)).reshape(4, 10, 3)
    wave[2:, ::2] = 0
    wave[3, 1] = (0.0001, -0.0002, 0.0004)
    return dict(zip(("identity000", "identity001", *EXPRESSIONS), wave, strict=True))


def meshes():
    return {convert.NEUTRAL: obj(POSITIONS)} | {name: obj(POSITIONS + d, digits=9) for name, d in shapes().items()}


def expected():
    kept = [0, 1, 2, 3, 6, 7, 8]
    halves = {name: ((POSITIONS + d) - POSITIONS)[kept].astype("float16") for name, d in shapes().items()}
    halves["jawOpen"][1] = (0, -0.0002, 0.0004)
    return {
        "neutral": POSITIONS[kept].astype("float32"),
        "triangles": np.array(TRIANGLES, "uint16"),
        "region": np.array([0, 0, 1, 1, 0, 0, 0], "uint8"),
        "region_names": np.array(["face", "teeth"], "U16"),
        "landmarks68": np.array([4, 1], "int32"),
        "source_vertex": np.array(kept, "int32"),
        "ao": np.linspace(0, 1, 7).astype("float16"),
        "identity": np.stack([halves["identity000"], halves["identity001"]]),
        "expression": np.stack([halves[name] for name in EXPRESSIONS]),
        "expression_names": np.array(EXPRESSIONS, "U20"),
    }


@pytest.fixture
def reduction(tmp_path):
    """What is kept of the small model."""
    folder = tmp_path / "reduction"
    folder.mkdir()
    regions = (("face", 0, 1), ("teeth", 2, 3), ("face", 6, 8))
    plan = {
        "commit": "c0ffee",
        "vertices": 10,
        "identities": 2,
        "expressions": EXPRESSIONS,
        "regions": [dict(zip(("name", "first", "last"), region, strict=True)) for region in regions],
        "landmarks68": [6, 1],
        "fingerprint": convert.fingerprint(expected()),
    }
    (folder / "reduction.json").write_text(json.dumps(plan))
    (folder / "LICENSE").write_text("the licence kept with the reduction")
    np.save(folder / "ambient.npy", expected()["ao"])
    return folder


def folder_of(tmp_path, content, inside="FaceXModel"):
    folder = tmp_path / "clone" / inside
    folder.mkdir(parents=True)
    for name, text in content.items():
        (folder / f"{name}.obj").write_text(text)
    return tmp_path / "clone"


def archive_of(tmp_path, content, more=None):
    """An archive as the hosting makes it: everything in one folder."""
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{ARCHIVE_FOLDER}/README.md", "")
        for name, text in content.items():
            archive.writestr(f"{ARCHIVE_FOLDER}/FaceXModel/{name}.obj", text)
        for name, text in (more or {}).items():
            archive.writestr(name, text)
    return path


def assert_same(found, there):
    assert list(found) == list(there)
    for name, array in there.items():
        assert found[name].dtype == array.dtype, name
        np.testing.assert_array_equal(found[name], array, err_msg=name)


def test_vertices_among_other_lines():
    positions = read_vertices(
        b"# v 9 9 9\r\nv 1 -2.5 3e-08\r\nvt .5 .5\r\nvn 0 0 1\r\nv  4 5 6\r\nf 1 2 1", "small.obj"
    )
    assert positions.tolist() == [[1, -2.5, 3e-8], [4, 5, 6]]


def test_polygons_become_fans_around_their_first_corner():
    mesh = b"f 1/1 2/2 3/3 4/4\nf 2//1 3//1 4//1\nf 5 4 3 2 1\n"
    every = [[0, 1, 2], [0, 2, 3], [1, 2, 3], [4, 3, 2], [4, 2, 1], [4, 1, 0]]
    assert read_triangles(mesh, np.arange(5), "small.obj").tolist() == every
    assert read_triangles(mesh, np.array([-1, 0, 1, 2, -1]), "small.obj").tolist() == [[0, 1, 2]]


@pytest.mark.parametrize("line", ["1 2", "1 2 2", "1 2 6", "0 1 2", "-1 1 2", "1 x 3", ""])
def test_a_face_line_that_is_no_polygon_is_named(line):
    with pytest.raises(InputError, match=rf"^small.obj, line 2: 'f {line}' is no polygon.* from 1 to 5"):
        read_triangles(f"f 1 2 3\nf {line}\n".encode(), np.arange(5), "small.obj")


@pytest.mark.parametrize("line", ["v 1 2", "v 1 2 3 4", "v 1 2 x", "v 1 2 nan", "v 1 2 inf"])
def test_a_vertex_line_that_is_no_position_is_named(line):
    with pytest.raises(InputError, match=rf"^small.obj, line 3: '{line}' is no vertex of three numbers"):
        read_vertices(f"# head\nv 1 2 3\n{line}\nv 4 5 6\n".encode(), "small.obj")


def test_lines_of_the_wrong_length_do_not_make_up_for_each_other():
    with pytest.raises(InputError, match="line 1: 'v 1 2 3 4' is no vertex"):
        read_vertices(b"v 1 2 3 4\nv 5 6\n", "small.obj")


@pytest.mark.parametrize("mesh", [b"", b"# nothing\n", b"\x00\xff\xfe"])
def test_a_file_without_vertices(mesh):
    with pytest.raises(InputError, match="^small.obj: no vertex in it"):
        read_vertices(mesh, "small.obj")


@pytest.mark.parametrize("inside", ["", "FaceXModel", f"{ARCHIVE_FOLDER}/FaceXModel"])
def test_a_folder(tmp_path, reduction, inside):
    assert_same(convert.convert(folder_of(tmp_path, meshes(), inside), reduction), expected())


def test_an_archive(tmp_path, reduction):
    more = {f"{ARCHIVE_FOLDER}/FaceXModel/cheekRaiser_L.obj": "v 1 2", f"{ARCHIVE_FOLDER}/.gitignore": ""}
    assert_same(convert.convert(archive_of(tmp_path, meshes(), more), reduction), expected())


def test_a_written_model_is_a_source_too(tmp_path, reduction):
    convert.write(expected() | {"other": np.zeros(3)}, tmp_path / "model.npz")
    assert_same(convert.convert(tmp_path / "model.npz", reduction), expected())


def test_a_model_is_written_whole_and_always_as_the_same_bytes(tmp_path):
    convert.write(expected(), tmp_path / "a.npz")
    convert.write({name: array.copy() for name, array in expected().items()}, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with pytest.raises(ValueError, match="allow_pickle"):
        convert.write(expected() | {"ao": np.array([{}])}, tmp_path / "a.npz")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.npz", "b.npz"]
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_pickle_is_never_loaded(tmp_path, reduction):
    np.savez(tmp_path / "model.npz", **(expected() | {"ao": np.array([{}])}))
    with pytest.raises(InputError, match="model.npz: is no reduced face model .*allow_pickle"):
        convert.convert(tmp_path / "model.npz", reduction)


def test_names_that_leave_the_archive_write_and_read_nothing(tmp_path, reduction):
    (tmp_path / "FaceXModel").mkdir()
    (tmp_path / "FaceXModel" / f"{convert.NEUTRAL}.obj").write_text(obj(POSITIONS))
    there = sorted(tmp_path.rglob("*"))
    hostile = {f"../FaceXModel/{name}.obj": text for name, text in meshes().items()} | {"/../../evil.obj": "v 1 2 3"}
    path = archive_of(tmp_path, meshes(), hostile | {"../LICENSE": LICENCE})
    assert_same(convert.convert(path, reduction), expected())
    assert sorted(tmp_path.rglob("*")) == sorted([*there, path])


@pytest.mark.parametrize("make", [folder_of, archive_of])
def test_a_missing_mesh_is_named(tmp_path, reduction, make):
    content = meshes()
    del content["jawOpen"]
    with pytest.raises(InputError, match=r"FaceXModel/jawOpen.obj: missing; "):
        convert.convert(make(tmp_path, content), reduction)


@pytest.mark.parametrize("make", [folder_of, archive_of])
def test_no_meshes_at_all(tmp_path, reduction, make):
    with pytest.raises(InputError, match=rf"no FaceXModel/{convert.NEUTRAL}.obj in it; expected the files of ICT"):
        convert.convert(make(tmp_path, {}), reduction)


@pytest.mark.parametrize("content", [None, b"", b"no archive", b"PK\x03\x04 cut off"])
def test_what_cannot_be_read(tmp_path, reduction, content):
    path = tmp_path / "archive.zip"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"archive.zip: cannot be read \(.+\); expected ICT-FaceKit's zip archive"):
        convert.convert(path, reduction)


def test_a_damaged_archive(tmp_path, reduction):
    path = archive_of(tmp_path, meshes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(f"{ARCHIVE_FOLDER}/FaceXModel/identity001.obj").header_offset
    data = bytearray(path.read_bytes())
    data[start + 300] ^= 255
    path.write_bytes(data)
    with pytest.raises(InputError, match="archive.zip: cannot be read"):
        convert.convert(path, reduction)


def test_a_damaged_mesh_names_file_and_line(tmp_path, reduction):
    content = meshes()
    content["identity001"] = content["identity001"].replace("\nv ", "\nv x", 1)
    with pytest.raises(InputError, match=r"archive.zip/.*/FaceXModel/identity001.obj, line 26: 'v x.*fetch it again"):
        convert.convert(archive_of(tmp_path, content), reduction)


def test_a_mesh_of_another_topology(tmp_path, reduction):
    content = meshes() | {"identity001": obj(POSITIONS[:-1])}
    with pytest.raises(InputError, match="identity001.obj: 9 vertices, expected 10: another topology .* commit c0ffee"):
        convert.convert(folder_of(tmp_path, content), reduction)


def test_a_mesh_without_the_licence(tmp_path, reduction):
    content = meshes()
    content["jawOpen"] = content["jawOpen"].partition("mtllib")[2]
    with pytest.raises(InputError, match="jawOpen.obj: does not begin with the MIT licence"):
        convert.convert(folder_of(tmp_path, content), reduction)


def test_a_huge_mesh_is_not_unpacked(tmp_path, reduction, monkeypatch):
    monkeypatch.setattr(convert, "_MESH_BYTES", 10_000)
    content = meshes()
    content["jawOpen"] += "#" * 10_000
    with pytest.raises(InputError, match="jawOpen.obj: larger than"):
        convert.convert(archive_of(tmp_path, content), reduction)


def changed(name, edit):
    """The small model with one of its arrays edited."""
    arrays = expected()
    arrays[name] = edit(arrays[name].copy())
    return arrays


def put(index, value):
    def edit(array):
        array[index] = value
        return array

    return edit


@pytest.mark.parametrize(
    ("name", "edit", "message"),
    [
        ("triangles", put((0, 0), 6), "array 'triangles' differs"),
        ("source_vertex", put(0, 5), "array 'source_vertex' differs"),
        ("region_names", put(1, "tooth"), "array 'region_names' differs"),
        ("ao", put(0, 0.5), "array 'ao' differs"),
        ("neutral", put((3, 1), 0.001), "array 'neutral' differs: root mean square"),
        ("identity", put((1, 2, 0), 0.5), "array 'identity', mode 1 differs: root mean square"),
        ("identity", put((0, 2, 0), np.nan), "array 'identity', mode 0 differs: root mean square nan"),
        ("identity", lambda array: array[:1], "array 'identity' has 1 shapes, expected 2"),
        ("expression", lambda array: array[:, ::-1], "array 'expression', browDown_L differs"),
        ("expression", lambda array: array[:, :-1], r"array 'expression' has shape \(2, 6, 3\)"),
        ("expression", lambda array: array.astype("float32"), "no array 'expression' of type float16"),
    ],
)
def test_another_model_is_told_apart(tmp_path, reduction, name, edit, message):
    convert.write(changed(name, edit), tmp_path / "model.npz")
    with pytest.raises(
        InputError, match=f"model.npz: this is not the model of ICT-FaceKit at commit c0ffee: {message}"
    ):
        convert.convert(tmp_path / "model.npz", reduction)


def test_a_missing_array_is_named(tmp_path, reduction):
    arrays = expected()
    del arrays["region"]
    convert.write(arrays, tmp_path / "model.npz")
    with pytest.raises(InputError, match="no array 'region' of type uint8 and 1 dimensions"):
        convert.convert(tmp_path / "model.npz", reduction)


def test_meshes_of_another_model_are_told_apart(tmp_path, reduction):
    content = meshes() | {"identity001": obj(POSITIONS)}
    with pytest.raises(InputError, match="not the model of ICT-FaceKit .* array 'identity', mode 1 differs"):
        convert.convert(archive_of(tmp_path, content), reduction)


def test_the_licence_comes_from_the_source(tmp_path, reduction):
    path = archive_of(tmp_path, meshes(), {f"{ARCHIVE_FOLDER}/LICENSE": LICENCE + "\nof the archive"})
    assert convert.licence(path, reduction).endswith("of the archive")
    clone = folder_of(tmp_path, meshes())
    assert convert.licence(clone, reduction) == "the licence kept with the reduction"
    (clone / "LICENSE").write_text("of something else")
    assert convert.licence(clone, reduction) == "the licence kept with the reduction"
    (clone / "LICENSE").write_text(LICENCE)
    assert convert.licence(clone, reduction) == LICENCE
    convert.write(expected(), tmp_path / "model.npz")
    assert convert.licence(tmp_path / "model.npz", reduction) == "the licence kept with the reduction"


def test_the_reduction_of_the_real_model():
    plan = json.loads((convert.REDUCTION / "reduction.json").read_text())
    kept = [range(region["first"], region["last"] + 1) for region in plan["regions"]]
    vertices = [vertex for region in kept for vertex in region]
    assert len(vertices) == 17547 and vertices == sorted(set(vertices)) and vertices[-1] < plan["vertices"]
    assert len(plan["landmarks68"]) == 68 and set(plan["landmarks68"]) <= set(kept[0])
    assert len(plan["expressions"]) == len(plan["fingerprint"]["expression"]) == 53
    assert len(plan["fingerprint"]["identity"]) == plan["identities"] == 100
    assert np.load(convert.REDUCTION / "ambient.npy").shape == (17547,)


@pytest.fixture(scope="module")
def model():
    if not MODEL.is_file():
        pytest.skip(f"needs the reduced ICT model as {MODEL}")
    return convert.convert(MODEL)


def polygons_of(triangles, source):
    """Upstream's face lines: two triangles that share first corner and diagonal are one quad, in upstream's order."""
    corners, row = source[triangles] + 1, 0
    while row < len(corners):
        a, b, c = corners[row]
        quad = row + 1 < len(corners) and (corners[row + 1, :2] == (a, c)).all()
        yield f"{a}/1 {b}/2 {c}/3 {corners[row + 1, 2]}/4" if quad else f"{a}/1 {b}/2 {c}/3"
        row += 1 + quad


def unreduced(model):
    """Upstream's meshes, from the reduced model: vertices that it does not keep lie anywhere."""
    polygons = (*polygons_of(model["triangles"].astype(int), model["source_vertex"]), "7000/1 7001/2 26719/3 9/4")
    neutral = np.full((26719, 3), 3.25)
    neutral[model["source_vertex"]] = model["neutral"]
    displacements = {f"identity{mode:03d}": shape for mode, shape in enumerate(model["identity"])}
    displacements |= dict(zip(model["expression_names"].tolist(), model["expression"], strict=True))
    yield convert.NEUTRAL, obj(neutral, polygons, digits=9)
    for name in displacements:
        moved = neutral.copy()
        moved[model["source_vertex"]] += displacements[name]
        yield name, obj(moved, polygons[-1:], digits=12)


def assert_agrees(found, model):
    for name, array in model.items():
        assert found[name].dtype == array.dtype, name
        if name in ("identity", "expression"):
            for here, there in zip(found[name], array, strict=True):  # a unit in the last place of half precision
                np.testing.assert_allclose(here.astype(float), there.astype(float), rtol=2**-10, atol=2**-24)
        else:
            np.testing.assert_array_equal(found[name], array, err_msg=name)


def test_some_shapes_of_the_real_model_from_meshes(tmp_path, model):
    few = {"identity": [0, 99], "expression": [26, 45]}
    part = model | {name: model[name][rows] for name, rows in few.items()}
    part["expression_names"] = model["expression_names"][few["expression"]]
    plan = json.loads((convert.REDUCTION / "reduction.json").read_text())
    plan |= {"identities": 2, "expressions": part["expression_names"].tolist()}
    plan["fingerprint"] = convert.fingerprint(part)
    for name in ("source_vertex", "region", "region_names", "landmarks68", "triangles"):
        assert plan["fingerprint"][name] == convert.fingerprint(model)[name]
    (tmp_path / "reduction.json").write_text(json.dumps(plan))
    np.save(tmp_path / "ambient.npy", model["ao"])
    archive = archive_of(tmp_path, dict(unreduced(part)))
    assert_agrees(convert.convert(archive, tmp_path), part)


@pytest.mark.slow
def test_the_whole_real_model_from_meshes(tmp_path, model):
    archive = archive_of(tmp_path, dict(unreduced(model)))
    assert_agrees(convert.convert(archive), model)


def test_the_script_writes_model_and_licence(tmp_path, model, project):
    class Job:
        params = SimpleNamespace(face_model=json.dumps({"from": [str(MODEL)], "sha256": None}))
        config = {"downloads": {"folder": str(tmp_path / "downloads"), "offline": True}}
        output = SimpleNamespace(model=tmp_path / "model.npz", licence=tmp_path / "LICENSE")
        log = (str(tmp_path / "log"),)

    runpy.run_path(str(project / "workflow/scripts/face_model.py"), init_globals={"snakemake": Job})
    assert_same(convert.convert(tmp_path / "model.npz"), model)
    assert (tmp_path / "LICENSE").read_text() == LICENCE
