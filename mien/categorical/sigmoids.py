"""Least-squares sigmoids with four parameters, many at once, without starting values.

`hill`: y = d + (a - d) / (1 + (x/c)^b); `logistic`: y = d + (a - d) / (1 + exp(b (x - c))). Both are
y = a + (d - a) v with v = 1 / (1 + exp(-z)), where z = b (log x - log c) or b (x - c): one search, on log x or on x.

Given b and c the curve is linear in a and d, so only b and c are searched (variable projection): first over a grid that
has a step between, and at, any two levels, then by Levenberg-Marquardt. With v centred and scaled to length one, as the
data are, the unexplained share of variance is one minus the squared inner product, whatever a and d are; so flat,
steep, falling and saturated curves are all alike to the search.

Sources: Golub & Pereyra, SIAM J. Numer. Anal. 10 (1973) 413-432, with the Jacobian of Kaufman, BIT 15 (1975) 49-57;
damping by the kept promise as in Nielsen, Damping Parameter in Marquardt's Method (IMM-REP-1999-05, 1999).
"""

import numpy as np
from scipy.special import expit

SIGMOIDS = ("hill", "logistic")

#: Starts of a careful search.
STARTS = 7

#: What b and c may be, on an axis that for `hill` is log x, and for `logistic` x stretched to `_SPAN`, which the
#: logarithms of 19 levels span too. A curve at a bound is as good as one beyond it: with the lowest b, y is a straight
#: line on that axis; with the highest, a step; with c far right of the levels, an exponential function on it (of log x:
#: a power of x) without an upper bend; far left, without a lower.
_SPAN = 3.0
_B_LOWEST = 0.1
_STEP = 60.0  # b times the smallest distance of two levels: a step's ends differ by exp(-30) from a and d
_C_FARTHEST = np.log(100.0)  # from the lowest and highest level
_BEND_LEAST = np.log(1e6)  # b times that distance: beyond, the bend is lost in rounding, and a or d overflows

_TINY = 1e-300  # stands for level 0, whose logarithm is infinite: (0/c)^b is 0 in all but name
_BLOCK = 256  # curves in memory against the whole grid
_GRID = 28  # values of b to start from
_ITERATIONS = 300
_EXACT = 1e-13  # an unexplained share of variance that no further step need lower
_TOGETHER = 2048  # curves that step together: their arrays stay in the processor's cache


def fit_sigmoids(
    fit: str, levels: np.ndarray, curves: np.ndarray, starts: int = STARTS, precision: float = 1e-10
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit every curve.

    Args:
        fit: one of `SIGMOIDS`.
        levels: (n,), rising; for `hill` not negative, and at least two of them above zero.
        curves: (curves, n), none of them constant.
        starts: bands of b, a divisor of 28, each with a start of its own. Noisy curves have several local optima, of
            which 2 starts find the best for over 99 of 100 resampled curves, in a quarter of the time of `STARTS`.
        precision: share of what is left unexplained that a last step may still have gained.

    Returns:
        Parameters a, b > 0, c, d, (curves, 4); whether the search converged, (curves,); and whether b or c is at a
        bound, where the curve holds but its parameters are not determined, (curves,).
    """
    scale, origin, axis = _axis(fit, np.asarray(levels, float))
    mean = curves.mean(axis=1)
    unit = np.ascontiguousarray((curves - mean[:, None]).T)  # (n, curves), as all that follows
    length = np.linalg.norm(unit, axis=0)
    unit /= length
    bounds = _bounds(axis)
    tried = _starts(axis, unit, _grid(axis, bounds), starts)
    found = [_refine(axis, unit, start, bounds, precision) for start in tried]
    best = np.argmin([loss + 1e-8 * ~converged for _, loss, converged in found], axis=0)
    shape = np.stack([shape for shape, _, _ in found], axis=-1)[:, np.arange(len(best)), best]
    converged = np.stack([converged for *_, converged in found], axis=-1)[np.arange(len(best)), best]
    v, mean_v, length_v, mirrored, _ = _centred(axis, shape)
    gain = (unit * v).sum(axis=0) * length / length_v
    foot = mean - gain * mean_v
    at_start, at_end = np.where(mirrored, [foot + gain, foot], [foot, foot + gain])
    low, high = _limits(shape, bounds)
    c = np.exp(shape[1]) if fit == "hill" else origin + shape[1] / scale
    parameters = np.stack([at_start, np.exp(shape[0]) * scale, c, at_end], axis=1)
    return parameters, converged, ((shape <= low) | (shape >= high)).any(axis=0)


def _axis(fit: str, levels: np.ndarray) -> tuple[float, float, np.ndarray]:
    """`scale`, `origin` and the levels on the axis of the search: log x, or scale (x - origin)."""
    if fit == "hill":
        return 1.0, 0.0, np.log(np.maximum(levels, _TINY))
    scale, origin = _SPAN / (levels[-1] - levels[0]), (levels[0] + levels[-1]) / 2
    return scale, origin, scale * (levels - origin)


def _bounds(axis: np.ndarray) -> np.ndarray:
    """Lowest and highest log b, and the lowest and highest level, level 0 of a logarithmic axis left out, (2, 2)."""
    axis = axis[axis > np.log(_TINY)]
    return np.array([np.log([_B_LOWEST, _STEP / np.diff(axis).min()]), axis[[0, -1]]])


def _limits(shape: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest (log b, c), (2, curves): how far c may lie from the levels depends on b."""
    (b_low, b_high), (first, last) = bounds
    log_b = np.minimum(np.maximum(shape[0], b_low), b_high)
    reach = np.minimum(_C_FARTHEST, _BEND_LEAST * np.exp(-log_b))
    return (
        np.stack([np.full_like(reach, b_low), first - reach]),
        np.stack([np.full_like(reach, b_high), last + reach]),
    )


def _grid(axis: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """(log b, c) to start from, (values of b, values of c, 2): c at, between and beyond the levels."""
    known = axis[axis >= bounds[1, 0]]
    below = np.geomspace(0.1, _C_FARTHEST, 6)
    c = np.concatenate([bounds[1, 0] - below, (known[1:] + known[:-1]) / 2, known, bounds[1, 1] + below])
    grid = np.stack(np.meshgrid(np.linspace(*bounds[0], _GRID), c, indexing="ij"), axis=-1)
    flat = grid.reshape(-1, 2).T
    return np.clip(flat, *_limits(flat, bounds)).T.reshape(grid.shape)


def _starts(axis: np.ndarray, unit: np.ndarray, grid: np.ndarray, bands: int) -> list[np.ndarray]:
    """For each band of b, the grid point that explains most of each curve: `bands` times (2, curves)."""
    starts = []
    for band in np.split(grid, bands):
        points = band.reshape(-1, 2).T
        shapes = _centred(axis, points)[0]
        blocks = [unit[:, block : block + _BLOCK] for block in range(0, max(1, unit.shape[1]), _BLOCK)]
        # einsum, not a matrix product, whose last digits depend on the number of threads
        best = [np.abs(np.einsum("nc,np->cp", block, shapes)).argmax(axis=1) for block in blocks]
        starts.append(points[:, np.concatenate(best)])
    return starts


def _centred(axis: np.ndarray, shape: np.ndarray) -> tuple[np.ndarray, ...]:
    """v at every level, centred and of length one, (n, curves), its mean and length before, (curves,), whether it is
    mirrored (1 - v in its place, so that c below all levels loses no digits), and z where v is not, -z where it is."""
    mirrored = shape[1] < axis[0]
    z = np.where(mirrored, -1, 1) * np.exp(shape[0]) * (axis[:, None] - shape[1])
    v = expit(z)
    mean = v.sum(axis=0) / len(axis)
    v -= mean
    length = np.maximum(np.sqrt((v * v).sum(axis=0)), 1e-150)
    v /= length
    return v, mean, length, mirrored, z


def _refine(
    axis: np.ndarray, unit: np.ndarray, start: np.ndarray, bounds: np.ndarray, precision: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Levenberg-Marquardt within bounds, of all curves at once.

    Returns (log b, c), (2, curves), the unexplained share of variance and whether it can't be lowered, (curves,).
    """
    parts = [
        _descend(axis, unit[:, block : block + _TOGETHER], start[:, block : block + _TOGETHER], bounds, precision)
        for block in range(0, max(1, unit.shape[1]), _TOGETHER)
    ]
    return tuple(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True))


def _descend(
    axis: np.ndarray, unit: np.ndarray, start: np.ndarray, bounds: np.ndarray, precision: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`_refine` of a block."""
    final, lost = start.copy(), np.empty(start.shape[1])
    converged = np.zeros(start.shape[1], bool)
    running = np.arange(start.shape[1])
    shape, damping = start, np.full(len(running), 1e-2)
    state = _normal_equations(axis, unit, shape)
    for _ in range(_ITERATIONS):
        step, promised = _step(shape, state, damping, _limits(shape, bounds))
        tried = shape + step
        tried = np.clip(tried, *_limits(tried, bounds))
        new = _normal_equations(axis, unit, tried)
        gain = state[0] - new[0]
        better = gain > 0
        kept = np.clip(gain / np.maximum(promised, 1e-300), 0, 1)  # of what the linear model promised
        shape, state = np.where(better, tried, shape), np.where(better, new, state)
        damping = np.maximum(damping * np.where(better, np.maximum(1 - (2 * kept - 1) ** 3, 0.2), 4), 1e-9)
        # Done: nothing left to explain, a step that no longer pays, or no step that pays however short.
        done = (state[0] < _EXACT) | (better & (gain < precision * state[0])) | (damping > 1e9)
        final[:, running], lost[running] = shape, state[0]
        if done.any():
            converged[running[done]] = True
            left = ~done
            running, unit, damping = running[left], unit[:, left], damping[left]
            shape, state = shape[:, left], state[:, left]
        if not len(running):
            break
    return final, lost, converged


def _normal_equations(axis: np.ndarray, unit: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Unexplained share of variance, half its gradient with log b and with c, and the Gauss-Newton curvature with log
    b, with both and with c: (6, curves)."""
    v, mean, length, mirrored, z = _centred(axis, shape)
    explained = (unit * v).sum(axis=0)
    residual = unit - explained * v
    plain = v * length + mean
    slope = plain * (1 - plain)
    slope *= explained / length
    by_b = slope * z  # of the curve with log b
    by_c = slope * (np.where(mirrored, 1, -1) * np.exp(shape[0]))
    for change in (by_b, by_c):
        change -= change.sum(axis=0) / len(axis)
        change -= (change * v).sum(axis=0) * v
    return np.stack(
        [
            (residual * residual).sum(axis=0),
            -(by_b * residual).sum(axis=0),
            -(by_c * residual).sum(axis=0),
            (by_b * by_b).sum(axis=0),
            (by_b * by_c).sum(axis=0),
            (by_c * by_c).sum(axis=0),
        ]
    )


def _step(
    shape: np.ndarray, state: np.ndarray, damping: np.ndarray, limits: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """The damped Gauss-Newton step (2, curves), in which a parameter that would leave its limits stays, and by how much
    it promises to lower the loss (curves,)."""
    low, high = limits
    gradient, own, both = state[1:3], state[[3, 5]], state[4]
    free = ~(((shape <= low) & (gradient > 0)) | ((shape >= high) & (gradient < 0))) & (own > 0)
    size = np.sqrt(np.where(free, own, 1))  # each parameter in units in which its curvature is one
    pull = np.where(free, gradient / size, 0)
    both = np.where(free.all(axis=0), both / size[0] / size[1], 0)
    damped = 1 + damping
    step = -(damped * pull - both * pull[::-1]) / (damped * damped - both * both) / size
    step = np.clip(step, -2, 2)  # a factor of e^2 in b, or in the c of `hill`, at once is enough
    scaled = step * size
    return step, -2 * (pull * scaled).sum(axis=0) - (scaled * scaled).sum(axis=0) - 2 * both * scaled[0] * scaled[1]
