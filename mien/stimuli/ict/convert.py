"""The ICT face model, reduced to what a face needs: from upstream's meshes, or from a copy of the reduction.

Upstream (ICT-FaceKit, MIT) is a folder of OBJ meshes of one topology: `generic_neutral_mesh.obj`, `identity000.obj` and
on, and one mesh for each expression shape. The reduction keeps some vertices and the polygons between them, and stores
every shape as its difference from the neutral mesh. Which vertices, landmarks and shapes, and how to recognise the
model, is written in `resources/ict_facekit/reduction.json`; its data card is beside it.
"""

import contextlib
import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from mien.atomic import atomically
from mien.errors import InputError
from mien.provenance import ROOT
from mien.stimuli.ict.obj import read_triangles, read_vertices

REDUCTION = ROOT / "resources" / "ict_facekit"
NEUTRAL = "generic_neutral_mesh"

#: A folder or a member of an archive: both are read alike, and nothing of an archive is ever extracted.
Place = Path | zipfile.Path

#: Every upstream mesh begins with the MIT licence; the Full model, under another licence, does not.
NOTICE = b"Copyright (c) 2020 USC Institute for Creative Technologies"
_HEADER_BYTES = 4096
#: Upstream's meshes have 2.6 MB: what is far larger is no mesh, whatever an archive says.
_MESH_BYTES = 64_000_000

#: Expression differences below this many cm are rounding of the meshes' six digits, not movement.
STILL = 2e-4

#: Relative error of a fingerprint that is rounding: shapes are stored in half precision, the neutral face in single.
_TOLERANCE = {"float16": 2e-3, "float32": 2e-6}

#: dtype and axes of the arrays; axes that share a name have one length.
_ARRAYS = {
    "neutral": ("float32", ("vertex", "xyz")),
    "triangles": ("uint16", ("triangle", "corner")),
    "region": ("uint8", ("vertex",)),
    "region_names": ("U16", ("region",)),
    "landmarks68": ("int32", ("landmark",)),
    "source_vertex": ("int32", ("vertex",)),
    "ao": ("float16", ("vertex",)),
    "identity": ("float16", ("mode", "vertex", "xyz")),
    "expression": ("float16", ("shape", "vertex", "xyz")),
    "expression_names": ("U20", ("shape",)),
}

_EXACT = ("source_vertex", "region", "region_names", "landmarks68", "expression_names", "triangles")


def convert(source: str | Path, reduction: str | Path = REDUCTION) -> dict[str, np.ndarray]:
    """The reduced face model, from upstream's meshes or from a copy of the reduction.

    Args:
        source: upstream's archive (zip), a folder (a clone, or the meshes' own), or a reduced model (`.npz`).
        reduction: folder with `reduction.json` (what is kept) and `ambient.npy` (ambient visibility, not upstream's).

    Returns:
        With n vertices, t triangles, lengths in upstream's unit (about 1 cm):
        `neutral` (n, 3) float32; `triangles` (t, 3) uint16, counter-clockwise from outside; `region` (n,) uint8, an
        index into `region_names` (str); `landmarks68` (68,) int32, vertices of the Multi-PIE landmarks; `source_vertex`
        (n,) int32, upstream's numbers; `ao` (n,) float16, ambient visibility 0 to 1; `identity` (100, n, 3) and
        `expression` (53, n, 3) float16, displacements of each shape at full strength; `expression_names` (53,) str.

    Raises:
        InputError: nothing readable there, a mesh is missing, damaged, of another topology or without the licence, or
            the arrays are not those of the model that `reduction` describes.
    """
    source = Path(source)
    plan = json.loads((Path(reduction) / "reduction.json").read_text(encoding="utf-8"))
    ambient = np.load(Path(reduction) / "ambient.npy", allow_pickle=False)
    with _opened(source) as place:
        arrays = _load(source) if place is None else reduce_meshes(_model_folder(place), plan)
    return check(arrays if place is None else arrays | {"ao": ambient}, plan, ambient, source)


def licence(source: str | Path, reduction: str | Path = REDUCTION) -> str:
    """Text of upstream's LICENSE: the one beside the model in `source`, or where there is none, beside `reduction`."""
    source = Path(source)
    with _opened(source) as place:
        folder = source.parent if place is None else _model_folder(place)
        for file in (folder / "LICENSE", folder.parent / "LICENSE"):
            if file.is_file() and NOTICE in (text := file.read_bytes()):
                return text.decode()
    return (Path(reduction) / "LICENSE").read_text(encoding="utf-8")


def write(arrays: dict[str, np.ndarray], path: str | Path) -> None:
    """Write the model as a compressed npz without pickles: whole or not at all, and the same bytes each time."""
    with atomically(path) as partial, partial.open("wb") as file:  # given a name, numpy appends .npz to it
        np.savez_compressed(file, allow_pickle=False, **arrays)


def reduce_meshes(folder: Place, plan: dict) -> dict[str, np.ndarray]:
    """The arrays of `convert` but `ao`, from a folder of OBJ meshes."""
    kept = np.concatenate([np.arange(region["first"], region["last"] + 1) for region in plan["regions"]])
    names = list(dict.fromkeys(region["name"] for region in plan["regions"]))
    region = [np.full(r["last"] + 1 - r["first"], names.index(r["name"])) for r in plan["regions"]]
    number = np.full(plan["vertices"], -1)
    number[kept] = np.arange(len(kept))

    def vertices(name: str) -> np.ndarray:
        return _read_mesh(folder, name, plan)[kept]

    neutral = vertices(NEUTRAL)
    identity = [(vertices(f"identity{mode:03d}") - neutral).astype("float16") for mode in range(plan["identities"])]
    expression = [_without_noise(vertices(name) - neutral) for name in plan["expressions"]]
    triangles = read_triangles(_bytes(folder, NEUTRAL), number, f"{folder / NEUTRAL}.obj")
    arrays = {
        "neutral": neutral,
        "triangles": triangles,
        "region": np.concatenate(region),
        "region_names": names,
        "landmarks68": number[plan["landmarks68"]],
        "source_vertex": kept,
        "identity": identity,
        "expression": expression,
        "expression_names": plan["expressions"],
    }
    return {name: np.asarray(array, _ARRAYS[name][0]) for name, array in arrays.items()}


def check(arrays: dict[str, np.ndarray], plan: dict, ambient: np.ndarray, source: object) -> dict[str, np.ndarray]:
    """The arrays, if they are those of the model that `plan` describes.

    Raises:
        InputError: names the first array (and shape) that is missing, of another type or size, or has other content.
    """
    stranger = f"{source}: this is not the model of ICT-FaceKit at commit {plan['commit']}"
    lengths: dict[str, int] = {"xyz": 3, "corner": 3}
    for name, (dtype, axes) in _ARRAYS.items():
        array = arrays.get(name)
        if array is None or array.dtype != dtype or array.ndim != len(axes):
            raise InputError(f"{stranger}: no array '{name}' of type {dtype} and {len(axes)} dimensions")
        if any(lengths.setdefault(axis, length) != length for axis, length in zip(axes, array.shape, strict=True)):
            raise InputError(f"{stranger}: array '{name}' has shape {array.shape}, which does not fit the others")
    found = fingerprint(arrays)
    expected = plan["fingerprint"]
    for name in _EXACT:
        if found[name] != expected[name]:
            raise InputError(f"{stranger}: array '{name}' differs")
    if not np.array_equal(arrays["ao"], ambient):
        raise InputError(f"{stranger}: array 'ao' differs")
    for name in ("neutral", "identity", "expression"):
        here, there = np.atleast_2d(found[name]), np.atleast_2d(expected[name])
        _check_shapes(name, here, there, _TOLERANCE[_ARRAYS[name][0]], plan, stranger)
    return {name: arrays[name] for name in _ARRAYS}


def fingerprint(arrays: dict[str, np.ndarray]) -> dict[str, object]:
    """What tells a model from another, and not from the same with other rounding.

    Returns:
        SHA-256 of each array of integers (little-endian) and of texts (UTF-8 lines). For `neutral`, and for each shape
        of `identity` and `expression`: the root mean square of its n x 3 coordinates, and their projection on the unit
        vector along a sawtooth of the golden ratio, which tells one order of vertices from another.
    """
    digests = {name: hashlib.sha256(_exact_bytes(arrays[name])).hexdigest() for name in _EXACT}
    return digests | {
        "neutral": _summary(arrays["neutral"]),
        "identity": [_summary(shape) for shape in arrays["identity"]],
        "expression": [_summary(shape) for shape in arrays["expression"]],
    }


def _exact_bytes(array: np.ndarray) -> bytes:
    if array.dtype.kind == "U":
        return "\n".join(array).encode()
    return array.astype(array.dtype.newbyteorder("<")).tobytes()


def _summary(shape: np.ndarray) -> list[float]:
    values = shape.astype(float).ravel()
    sawtooth = np.arange(1, values.size + 1) * ((np.sqrt(5) - 1) / 2) % 1 - 0.5
    return [float(np.sqrt(np.mean(values**2))), float(values @ sawtooth / np.linalg.norm(sawtooth))]


def _check_shapes(
    name: str, found: np.ndarray, expected: np.ndarray, tolerance: float, plan: dict, stranger: str
) -> None:
    """Compare (shapes, 2) fingerprints; an array of one shape is `neutral`."""
    if len(found) != len(expected):
        raise InputError(f"{stranger}: array '{name}' has {len(found)} shapes, expected {len(expected)}")
    # Written so that NaN, which compares as false, is a difference.
    off = ~(np.abs(found - expected) <= tolerance * expected[:, :1]).all(axis=1)
    if off.any():
        first = int(np.argmax(off))
        shape = {"identity": f", mode {first}", "expression": f", {plan['expressions'][first]}"}.get(name, "")
        raise InputError(
            f"{stranger}: array '{name}'{shape} differs: root mean square {found[first, 0]:.6g}, expected "
            f"{expected[first, 0]:.6g}, projection {found[first, 1]:.6g}, expected {expected[first, 1]:.6g}"
        )


@contextlib.contextmanager
def _opened(source: Path) -> Iterator[Place | None]:
    """The folder or archive as something to read files from; None if it is an npz."""
    try:
        if source.is_dir():
            yield source
            return
        with zipfile.ZipFile(source) as archive:
            yield None if f"{next(iter(_ARRAYS))}.npy" in archive.namelist() else zipfile.Path(archive)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise InputError(
            f"{source}: cannot be read ({error}); expected ICT-FaceKit's zip archive, a folder of it, or a reduced "
            "model (.npz)"
        ) from None


def _load(source: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(source, allow_pickle=False) as file:
            return {name: file[name] for name in file.files if name in _ARRAYS}
    except ValueError as error:
        raise InputError(f"{source}: is no reduced face model ({error})") from None


def _folders(place: Place) -> Iterable[Place]:
    """Where upstream's meshes may lie: there, in a clone, or in the one folder that the hosting's archives have."""
    yield place
    yield place / "FaceXModel"
    yield from (child / "FaceXModel" for child in sorted(place.iterdir(), key=str) if child.is_dir())


def _model_folder(place: Place) -> Place:
    for folder in _folders(place):
        if (folder / f"{NEUTRAL}.obj").is_file():
            return folder
    raise InputError(
        f"{place}: no FaceXModel/{NEUTRAL}.obj in it; expected the files of ICT-FaceKit, or their zip archive"
    )


def _bytes(folder: Place, name: str) -> bytes:
    path = folder / f"{name}.obj"
    if not path.is_file():
        raise InputError(f"{path}: missing; fetch ICT-FaceKit again, or give a complete copy")
    with path.open("rb") as file:
        mesh = file.read(_MESH_BYTES + 1)
    if len(mesh) > _MESH_BYTES:
        raise InputError(
            f"{path}: larger than {_MESH_BYTES // 1_000_000} MB, so no mesh of ICT-FaceKit; fetch it again"
        )
    return mesh


def _read_mesh(folder: Place, name: str, plan: dict) -> np.ndarray:
    mesh, path = _bytes(folder, name), folder / f"{name}.obj"
    if NOTICE not in mesh[:_HEADER_BYTES]:
        raise InputError(
            f"{path}: does not begin with the MIT licence of ICT-FaceKit, as every mesh does at commit "
            f"{plan['commit']}; use that version"
        )
    vertices = read_vertices(mesh, str(path))
    if len(vertices) != plan["vertices"]:
        raise InputError(
            f"{path}: {len(vertices)} vertices, expected {plan['vertices']}: another topology than that of ICT-FaceKit "
            f"at commit {plan['commit']}; use that version"
        )
    return vertices


def _without_noise(difference: np.ndarray) -> np.ndarray:
    """Half precision, zero below `STILL`: rounded first, so that two units of the meshes' fourth decimal are kept."""
    difference = difference.astype("float16")
    return np.where(np.abs(difference) < STILL, 0, difference)
