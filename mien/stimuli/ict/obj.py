"""Vertices and triangles of Wavefront OBJ meshes: what the ICT model is published as."""

import numpy as np

from mien.errors import InputError


def read_vertices(mesh: bytes, name: str) -> np.ndarray:
    """Vertex positions (n, 3) float64 of an OBJ file's bytes; `name` is for messages.

    Raises:
        InputError: no vertex, or a vertex line that is not three finite numbers.
    """
    lines = [line.split()[1:] for line in mesh.splitlines() if line.startswith(b"v ")]
    try:
        positions = np.array(lines, dtype="S").astype(float)
        if positions.shape == (len(lines), 3) and np.isfinite(positions).all():
            return positions
    except ValueError:  # lines of different lengths, or no numbers
        pass
    raise InputError(f"{name}{_first_bad_vertex(mesh)}; the file is damaged or no mesh: fetch it again")


def read_triangles(mesh: bytes, number: np.ndarray, name: str) -> np.ndarray:
    """Triangles between the kept vertices, in the file's order; a polygon becomes a fan around its first corner.

    Args:
        mesh: an OBJ file's bytes; its face lines give corners as `v`, `v/vt` or `v/vt/vn`, counted from 1.
        number: (vertices,) the new number of each of the file's vertices, -1 where it is not kept.
        name: for messages.

    Returns:
        (t, 3) of new vertex numbers.

    Raises:
        InputError: a face line that does not name three or more different vertices of the mesh.
    """
    fans = []
    for row, line in enumerate(mesh.splitlines(), start=1):
        if not line.startswith(b"f "):
            continue
        try:
            corners = [int(corner.partition(b"/")[0]) for corner in line.split()[1:]]
        except ValueError:
            corners = []
        if len({corner for corner in corners if 0 < corner <= len(number)}) < max(3, len(corners)):
            raise InputError(
                f"{name}, line {row}: '{_shown(line)}' is no polygon; expected three or more different vertices from "
                f"1 to {len(number)}; fetch the file again"
            )
        first, *others = number[np.array(corners) - 1].tolist()
        if min(first, *others) >= 0:
            fans += [(first, *edge) for edge in zip(others, others[1:], strict=False)]
    return np.array(fans, dtype=np.int64).reshape(-1, 3)


def _first_bad_vertex(mesh: bytes) -> str:
    """Where and what the first vertex line is that is not three finite numbers."""
    for row, line in enumerate(mesh.splitlines(), start=1):
        if line.startswith(b"v "):
            try:
                position = np.array(line.split()[1:], dtype="S").astype(float)
            except ValueError:
                position = np.array([])
            if len(position) != 3 or not np.isfinite(position).all():
                return f", line {row}: '{_shown(line)}' is no vertex of three numbers"
    return ": no vertex in it"


def _shown(line: bytes) -> str:
    return line[:60].decode(errors="replace")
