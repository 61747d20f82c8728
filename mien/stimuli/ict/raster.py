"""Which triangle each sample of a picture sees: scan conversion of triangles into a depth buffer, in torch.

Each row of a triangle is a span between two of its edges. An edge's place on a row is computed in the same steps for
both triangles that share it, so that no sample falls between them; each of the two may claim a sample on the edge. The
buffer keeps the largest of 64-bit keys, depth above triangle, which is the same in whatever order they come.
"""

from typing import NamedTuple

import torch
from torch import Tensor

_DEPTH_OFFSET = 256.0  # makes depths positive: the bits of positive floats are in the order of their values
_SLIVER = 1e-3  # triangles of less area, in samples, have one depth
_FLOAT_BITS, _LOW = 32, 0xFFFFFFFF


class Seen(NamedTuple):
    """The s samples at which something is seen."""

    sample: Tensor  # (s,) int64: (image * rows + row) * columns + column, ascending
    triangle: Tensor  # (s,) int64
    weights: Tensor  # (s, 3) float32: of the triangle's corners, at the sample's middle
    depth: Tensor  # (s,) float32


def rasterise(points: Tensor, triangles: Tensor, rows: int, columns: int, both_sides: bool = False) -> Seen:
    """The nearest triangle at the middle of every sample.

    Args:
        points: (n, v, 3), float32: column and row, in samples from the upper left corner, and depth towards the
            viewer, from -256 upwards.
        triangles: (t, 3), int64: vertices, anticlockwise in the picture where the front is seen.
        both_sides: also see triangles from behind.
    """
    images, vertices = points.shape[:2]
    first = torch.arange(images, device=points.device) * vertices
    corners = (triangles[None] + first[:, None, None]).reshape(-1, 3)
    flat = points.reshape(-1, 3)
    xy = flat[:, :2].contiguous()
    a, b, c = (xy.index_select(0, corners[:, k]) for k in range(3))
    ab, ac = b - a, c - a
    area = ab[:, 1] * ac[:, 0] - ab[:, 0] * ac[:, 1]  # rows run downwards, which turns the sign
    low, high = torch.minimum(torch.minimum(a, b), c), torch.maximum(torch.maximum(a, b), c)
    top = torch.ceil(low[:, 1] - 0.5).clamp_(min=0)
    height = torch.floor(high[:, 1] - 0.5).clamp_(max=rows - 1) - top + 1
    crosses_column = torch.floor(high[:, 0] - 0.5) >= torch.ceil(low[:, 0] - 0.5)
    faces_us = area.abs() > 0 if both_sides else area > 0
    kept = torch.nonzero(faces_us & crosses_column & (height > 0)).squeeze(1)
    corners, top, height, area = (values.index_select(0, kept) for values in (corners, top, height, area))
    planes = _planes(flat, corners, area)
    span_of, row, start, length = _spans(flat, corners, top, height, columns)
    image = torch.div(kept, len(triangles), rounding_mode="floor")
    buffer = _nearest(planes, image, span_of, row, start, length, (images, rows, columns))
    return _decode(buffer, planes, kept % len(triangles), rows, columns)


def _planes(flat: Tensor, corners: Tensor, area: Tensor) -> Tensor:
    """(m, 9): column, row, depth of a triangle's first corner; change by column and row of depth and of two weights."""
    a, b, c = (flat.index_select(0, corners[:, k]) for k in range(3))
    ab, ac = b - a, c - a
    scale = torch.where(area.abs() > _SLIVER, -1 / area, torch.zeros_like(area))
    second_x, second_y = ac[:, 1] * scale, -ac[:, 0] * scale
    third_x, third_y = -ab[:, 1] * scale, ab[:, 0] * scale
    depth_x = second_x * ab[:, 2] + third_x * ac[:, 2]
    depth_y = second_y * ab[:, 2] + third_y * ac[:, 2]
    return torch.cat([a, torch.stack([depth_x, depth_y, second_x, second_y, third_x, third_y], 1)], 1)


def _spans(flat: Tensor, corners: Tensor, top: Tensor, height: Tensor, columns: int) -> tuple[Tensor, ...]:
    """Of each row of each triangle: the triangle, the row, the first column and the number of columns, not 0."""
    height = height.to(torch.int64)
    span_of, place = _unroll(height)
    row = top.index_select(0, span_of) + place
    middle = row + 0.5
    start = torch.full_like(row, float("inf"))
    end = torch.full_like(row, float("-inf"))
    for k in range(3):
        p, q = (flat.index_select(0, corners[:, j]) for j in (k, (k + 1) % 3))
        swap = (p[:, 1] > q[:, 1])[:, None]  # from the upper end, whichever triangle asks
        p, q = torch.where(swap, q, p), torch.where(swap, p, q)
        slope = (q[:, 0] - p[:, 0]) / (q[:, 1] - p[:, 1])
        edge = torch.stack([p[:, 0], p[:, 1], q[:, 1], slope], 1).index_select(0, span_of)
        crossing = edge[:, 0] + (middle - edge[:, 1]) * edge[:, 3]
        active = (edge[:, 1] <= middle) & (middle <= edge[:, 2]) & (edge[:, 1] < edge[:, 2])
        start = torch.where(active, torch.minimum(start, crossing), start)
        end = torch.where(active, torch.maximum(end, crossing), end)
    start = torch.ceil(start - 0.5).clamp_(min=0)
    length = torch.floor(end - 0.5).clamp_(max=columns - 1) - start + 1
    full = torch.nonzero(length > 0).squeeze(1)
    return tuple(values.index_select(0, full) for values in (span_of, row, start, length))


def _nearest(planes, image, span_of, row, start, length, shape: tuple[int, int, int]) -> Tensor:
    """The depth buffer: of each sample the largest key, or -1."""
    images, rows, columns = shape
    plane = planes[:, :5].index_select(0, span_of)
    depth = plane[:, 2] + (start + 0.5 - plane[:, 0]) * plane[:, 3] + (row + 0.5 - plane[:, 1]) * plane[:, 4]
    sample = (image.index_select(0, span_of) * rows + row.to(torch.int64)) * columns + start.to(torch.int64)
    span, place = _unroll(length.to(torch.int64))
    depth = depth.index_select(0, span) + place * plane[:, 3].index_select(0, span) + _DEPTH_OFFSET
    bits = depth.view(torch.int32).to(torch.int64)
    keys = (bits << _FLOAT_BITS) | span_of.index_select(0, span)
    buffer = torch.full((images * rows * columns,), -1, dtype=torch.int64, device=planes.device)
    return buffer.scatter_reduce_(0, sample.index_select(0, span) + place, keys, "amax")


def _decode(buffer: Tensor, planes: Tensor, triangle: Tensor, rows: int, columns: int) -> Seen:
    sample = torch.nonzero(buffer >= 0).squeeze(1)
    key = buffer.index_select(0, sample)
    kept = key & _LOW
    plane = planes.index_select(0, kept)
    x = (sample % columns).to(torch.float32) + 0.5 - plane[:, 0]
    y = (torch.div(sample, columns, rounding_mode="floor") % rows).to(torch.float32) + 0.5 - plane[:, 1]
    second = (x * plane[:, 5] + y * plane[:, 6]).clamp_(0, 1)
    third = torch.minimum((x * plane[:, 7] + y * plane[:, 8]).clamp_(0, 1), 1 - second)
    depth = (key >> _FLOAT_BITS).to(torch.int32).view(torch.float32) - _DEPTH_OFFSET
    weights = torch.stack([1 - second - third, second, third], 1)
    return Seen(sample, triangle.index_select(0, kept), weights, depth)


def _unroll(lengths: Tensor) -> tuple[Tensor, Tensor]:
    """For runs of these lengths, one after the other: which run each element is of, and its place in it."""
    run = torch.repeat_interleave(lengths)
    first = torch.cumsum(lengths, 0) - lengths
    return run, torch.arange(len(run), device=lengths.device) - first.index_select(0, run)
