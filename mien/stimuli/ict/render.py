"""From one person's shapes and views to pictures: move the mesh, see it, light it, develop it. In torch."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from mien.stimuli.ict import appearance, outline
from mien.stimuli.ict.appearance import Look, smooth
from mien.stimuli.ict.model import MOUTH, REGIONS, FaceModel
from mien.stimuli.ict.raster import Seen, rasterise
from mien.stimuli.views import Views, rotations

_DISTANCE = 70.0  # of the camera from the face, in the model's units
_ACROSS = 20.55  # the picture's side in the model's units, at scale 1
_MIDDLE = 0.475  # the face's middle lies this share of the side below the top
_WRAP = 0.25  # how far soft light reaches beyond the terminator, as a cosine; as in mien.stimuli.shading
_SHININESS, _GLINT_SHININESS = 16, 512
_GAMMA = 1 / 2.2
#: Hollows get less light: standard deviation of the surroundings that they are compared with, in the model's units, and
#: how much darker a unit of depth makes them. By eye.
_HOLLOWS = ((0.15, 0.55), (0.4, 0.35), (0.9, 0.16))
#: The share of light that reaches hidden places of each region, and the further share in the open.
_OPEN = [(0.22, 0.78) if name == "face" else (0.0, 1.0) if number in MOUTH else (1.0, 0.0)
         for number, name in enumerate(REGIONS)]  # fmt: skip
_LASH_DEPTH = 0.02  # lashes show if no more than this behind what they lie on


@dataclass(frozen=True)
class Mesh:
    """The model on the device that renders; fields as in `FaceModel` where not described."""

    triangles: Tensor  # (t, 3), without the lashes
    region: Tensor  # (t,)
    lashes: Tensor  # (l, 3): triangles
    neutral: Tensor  # (v, 3)
    identity: Tensor  # (modes, v * 3)
    expression: Tensor  # (k, v * 3)
    landmarks: Tensor
    skin: Tensor  # (v, 1) float32, 1 or 0
    around: Tensor  # (v, valence): triangles about each vertex; t where there are no more
    fixed: Tensor  # (v, 6): place in the painted rectangle (x, y from -1 to 1), openness, lid, upper, pole
    outline: Tensor  # (1, 1, rows, columns): `outline.table`
    lips: Tensor  # `appearance.lips`


@dataclass(frozen=True)
class Person:
    """One person ready to be rendered."""

    look: Look
    neutral: Tensor  # (v * 3,): the face at rest
    albedo: Tensor  # (1, 1, rows, columns): of `appearance.paint`, as fine as the samples
    middle: Tensor  # (3,): what stays in place when the head turns
    size: Tensor  # (): factor that makes all faces equally large


def mesh_of(model: FaceModel, device: torch.device) -> Mesh:
    """Copy a model to a device."""
    lash = model.region == REGIONS.index("eyelash")
    triangles = model.triangles[~lash]
    left, right, bottom, top = appearance.EXTENT
    x, y = model.neutral[:, 0], model.neutral[:, 1]
    place = (2 * (x - left) / (right - left) - 1, 2 * (y - bottom) / (top - bottom) - 1)
    arrays = {
        "triangles": triangles,
        "region": model.region[~lash],
        "lashes": model.triangles[lash],
        "neutral": model.neutral,
        "identity": model.identity.reshape(len(model.identity), -1),
        "expression": model.expression.reshape(len(model.expression), -1),
        "landmarks": model.landmarks,
        "skin": model.skin[:, None].astype(np.float32),
        "around": _around(triangles, len(model.neutral)),
        "fixed": np.stack([*place, model.openness, model.lid, model.upper, model.pole], 1).astype(np.float32),
        "outline": outline.table()[None, None],
    }
    lips = appearance.lips(model.neutral[model.landmarks, :2])
    return Mesh(**{name: torch.from_numpy(array).to(device) for name, array in arrays.items()}, lips=lips.to(device))


def prepare(mesh: Mesh, weights: np.ndarray, look: Look, key: tuple, samples: int) -> Person:
    """A person of these identity weights (modes,) and this look, for pictures of so many samples a side.

    `key` names the pattern of the skin.
    """
    weights = torch.from_numpy(weights.astype(np.float32)).to(mesh.neutral.device)
    neutral = mesh.neutral + (weights @ mesh.identity).reshape(-1, 3)
    marks, template = neutral[mesh.landmarks], mesh.neutral[mesh.landmarks]
    middle = torch.stack(
        [
            marks[[8, 27, 28, 29], 0].mean(),
            (marks[36:48, 1].mean() + marks[48:60, 1].mean()) / 2,
            marks[36:48, 2].mean(),
        ]
    )
    albedo = appearance.paint(look, key, template[:, :2].cpu().numpy(), mesh.lips)[None, None]
    coarser = max(1, round(appearance.PER_UNIT * _ACROSS / samples))  # detail finer than the samples would sparkle
    albedo = functional.adaptive_avg_pool2d(albedo, [length // coarser for length in albedo.shape[2:]])
    return Person(look, neutral.reshape(-1), albedo, middle, _spread(template) / _spread(marks))


def picture(mesh: Mesh, person: Person, shapes: np.ndarray, views: Views, size: int, supersampling: int) -> np.ndarray:
    """Pictures of one person, (n, size, size) uint8.

    Args:
        shapes: (n, k), strengths of the model's shapes.
        views: n views.
        size: side of the pictures, in pixels.
        supersampling: samples along each side of a pixel.
    """
    device, n, side = mesh.neutral.device, len(views), size * supersampling
    view = {name: torch.from_numpy(getattr(views, name)).to(device) for name in views.__dataclass_fields__}
    turn = torch.from_numpy(rotations(views)).to(device)
    moved = (torch.from_numpy(shapes).to(device) @ mesh.expression).reshape(n, -1, 3)
    vertices = person.neutral.reshape(-1, 3) + moved
    own = torch.cat([_normals(mesh, vertices) @ turn.mT, _inside(mesh, moved)], 2)
    points = _project((vertices - person.middle) * person.size @ turn.mT, view, size, supersampling)
    seen = rasterise(points, mesh.triangles, side, side)
    light = _shade(mesh, person, seen, own, view, side)
    hollow = _hollows(seen, n, size, supersampling)
    canvas = torch.zeros(n * side * side, device=device)
    canvas[seen.sample] = light
    _add_lashes(canvas, mesh, person.look, points, seen, side)
    linear = functional.avg_pool2d(canvas.reshape(n, 1, side, side), supersampling)[:, 0] * hollow
    return (linear.clamp(0, 1) ** _GAMMA * 255 + 0.5).to(torch.uint8).cpu().numpy()


def _around(triangles: np.ndarray, vertices: int) -> np.ndarray:
    corner = triangles.ravel()
    order = np.argsort(corner, kind="stable")
    count = np.bincount(corner, minlength=vertices)
    place = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
    around = np.full((vertices, count.max()), len(triangles))
    around[corner[order], place] = order // 3
    return around


def _spread(points: Tensor) -> Tensor:
    """Size of a face: root mean square distance of brows, nose, eyes and mouth from their middle."""
    points = points[17:, :2]
    return (points - points.mean(0)).square().sum(1).mean().sqrt()


def _normals(mesh: Mesh, vertices: Tensor) -> Tensor:
    """Unit normals (n, v, 3): the mean over the triangles about each vertex, by their area."""
    a, b, c = (vertices.index_select(1, mesh.triangles[:, k]) for k in range(3))
    facing = torch.linalg.cross(b - a, c - a)
    facing = torch.cat([facing, torch.zeros_like(facing[:, :1])], 1)
    total = facing.index_select(1, mesh.around[:, 0])
    for k in range(1, mesh.around.shape[1]):  # in this order on any device
        total = total + facing.index_select(1, mesh.around[:, k])
    return functional.normalize(total, dim=2)


def _inside(mesh: Mesh, moved: Tensor) -> Tensor:
    """Signed distance inside the cut-out's outline, (n, v, 1).

    The lower face carries the outline along, so that a dropped jaw stays whole; in the upper face it stays where it is
    in the neutral face, so that raised brows don't bulge the forehead.
    """
    place = mesh.neutral[:, :2] + moved[:, :, :2] * smooth(0, 3, mesh.neutral[:, 1:2])
    left, right, bottom, top = outline.EXTENT
    low, span = place.new_tensor([left, bottom]), place.new_tensor([right - left, top - bottom])
    place = (2 * (place - low) / span - 1)[:, :, None]
    table = mesh.outline.expand(len(place), -1, -1, -1)
    inside = functional.grid_sample(table, place, padding_mode="border", align_corners=True)
    return torch.where(mesh.skin > 0, inside[:, 0], 1.0)


def _project(points: Tensor, view: dict[str, Tensor], size: int, supersampling: int) -> Tensor:
    """From camera coordinates to columns, rows and depths: perspective from `_DISTANCE`."""
    near = _DISTANCE / (_DISTANCE - points[:, :, 2])
    unit = (view["scale"] * (size / _ACROSS))[:, None]
    column = size * (0.5 + view["shift_x"][:, None]) + unit * points[:, :, 0] * near
    row = size * (_MIDDLE - view["shift_y"][:, None]) - unit * points[:, :, 1] * near
    return torch.stack([column * supersampling, row * supersampling, points[:, :, 2]], 2)


def _over_corners(values: Tensor, corners: Tensor, weights: Tensor) -> Tensor:
    """Values of vertices, (m, c), at samples: weighted over three corners (s, 3)."""
    total = values.index_select(0, corners[:, 0]) * weights[:, 0:1]
    for k in (1, 2):
        total = total + values.index_select(0, corners[:, k]) * weights[:, k : k + 1]
    return total


def _shade(mesh: Mesh, person: Person, seen: Seen, own: Tensor, view: dict[str, Tensor], side: int) -> Tensor:
    """Linear light (s,) from what is seen; black outside the outline."""
    corners, region = mesh.triangles.index_select(0, seen.triangle), mesh.region.index_select(0, seen.triangle)
    image = torch.div(seen.sample, side * side, rounding_mode="floor")
    own = _over_corners(own.reshape(-1, 4), corners + (image * own.shape[1])[:, None], seen.weights)
    fixed = _over_corners(mesh.fixed, corners, seen.weights)
    normal, inside = functional.normalize(own[:, :3], dim=1), own[:, 3]
    openness, lid, upper, pole = fixed[:, 2:].T

    def lit(direction: Tensor) -> Tensor:
        return (normal * direction.index_select(0, image)).sum(1)

    def strength(name: str) -> Tensor:
        return view[name].index_select(0, image)

    halfway = functional.normalize(view["key_light"] + view["key_light"].new_tensor([0, 0, 1]), dim=1)
    light = strength("key") * _soft(lit(view["key_light"])) + strength("fill") * _soft(lit(view["fill_light"]))
    light = light + strength("ambient") * (0.75 + 0.25 * normal[:, 1])
    mirrored = lit(halfway).clamp(min=0)
    face = region == REGIONS.index("face")
    eye = (region == REGIONS.index("eyeball_left")) | (region == REGIONS.index("eyeball_right"))
    hidden, open_share = (light.new_tensor(column).index_select(0, region) for column in zip(*_OPEN, strict=True))
    light = light * (hidden + open_share * (1.15 * openness).clamp(0, 1))
    light = light * _albedo(person, fixed, region, face, eye, mesh)
    light = light + person.look.gloss * strength("key") * mirrored**_SHININESS
    light = light + torch.where(eye, strength("key") * mirrored**_GLINT_SHININESS, 0.0)
    return light * smooth(-0.02, 0.10, inside)


def _soft(cosine: Tensor) -> Tensor:
    return ((cosine + _WRAP) / (1 + _WRAP)).clamp(min=0)


def _albedo(person: Person, fixed: Tensor, region: Tensor, face: Tensor, eye: Tensor, mesh: Mesh) -> Tensor:
    """Share of light that each sample reflects (s,)."""
    look = person.look
    lid, upper, pole = fixed[:, 3:].T
    skin = functional.grid_sample(person.albedo, fixed[None, None, :, :2], padding_mode="border", align_corners=False)[
        0, 0, 0
    ]
    liner = torch.exp(-((lid / (0.1 + 0.1 * upper)) ** 2)) * look.eyeliner * (0.3 + 0.7 * upper)
    iris = look.iris * (1 + 0.5 * smooth(0.25, 0.5, pole)) * (1 - 0.65 * smooth(0.5, 0.62, pole))
    ball = iris + (look.sclera - iris) * smooth(0.58, 0.68, pole)
    ball = ball * (0.04 + 0.96 * smooth(0.19, 0.26, pole))
    other = {"mouth_socket": 0.10, "gums_tongue": 0.16, "teeth": 0.62, "eye_socket": 0.75 * look.skin}
    parts = skin.new_tensor([other.get(name, 0.0) for name in REGIONS]).index_select(0, region)
    return torch.where(face, skin * (1 - 0.85 * liner), torch.where(eye, ball, parts))


def _hollows(seen: Seen, n: int, size: int, supersampling: int) -> Tensor:
    """Share of light (n, size, size) that reaches each pixel: less, the further it lies behind its surroundings."""
    side = size * supersampling
    maps = torch.zeros(2, n * side * side, device=seen.depth.device)
    maps[0, seen.sample], maps[1, seen.sample] = seen.depth, 1.0
    maps = functional.avg_pool2d(maps.reshape(2, n, side, side), supersampling)
    depth = maps[0] / maps[1].clamp(min=1e-3)
    pixel = torch.arange(size, device=maps.device, dtype=torch.float32)
    darkening = torch.zeros_like(depth)
    for radius, strength in _HOLLOWS:
        blur = torch.exp(-0.5 * ((pixel[:, None] - pixel) * (_ACROSS / size / radius)) ** 2)
        around = blur @ maps @ blur  # as a product with a matrix a wide blur costs no more than a narrow one
        darkening += strength * (around[0] / around[1].clamp(min=1e-3) - depth).clamp(0, 1.6)
    return torch.where(maps[1] > 0, torch.exp(-darkening), 1.0)


def _add_lashes(canvas: Tensor, mesh: Mesh, look: Look, points: Tensor, seen: Seen, side: int) -> None:
    """Darken what lies behind the lashes, most at the lids' margins; in place."""
    lashes = rasterise(points, mesh.lashes, side, side, both_sides=True)
    depth = torch.full_like(canvas, -torch.inf)
    depth[seen.sample] = seen.depth
    above = torch.nonzero(lashes.depth > depth.index_select(0, lashes.sample) - _LASH_DEPTH).squeeze(1)
    corners = mesh.lashes.index_select(0, lashes.triangle.index_select(0, above))
    lid, upper = _over_corners(mesh.fixed[:, 3:5], corners, lashes.weights.index_select(0, above)).T
    dark = torch.where(upper > 0.5, 0.95 * torch.exp(-((lid / 0.42) ** 2)), 0.45 * torch.exp(-((lid / 0.25) ** 2)))
    sample = lashes.sample.index_select(0, above)
    canvas[sample] = canvas.index_select(0, sample) * (1 - look.eyeliner * dark)
