"""Least-squares Hill curves y = d + (a - d) / (1 + (x/c)^b), many at once, without starting values.

Given b and c the curve is linear in a and d, so only b and c are searched (variable projection): first over a grid that
has a step between, and at, any two levels, then by Levenberg-Marquardt on their logarithms. With v = (x/c)^b /
(1 + (x/c)^b), centred and scaled to length one as the data are, the unexplained share of variance is one minus the
squared inner product, whatever a and d are; so flat, steep, falling and saturated curves are all alike to the search.

Sources: Golub & Pereyra, SIAM J. Numer. Anal. 10 (1973) 413-432, with the Jacobian of Kaufman, BIT 15 (1975) 49-57;
damping by the kept promise as in Nielsen, Damping Parameter in Marquardt's Method (IMM-REP-1999-05, 1999).
"""

import numpy as np
from scipy.special import expit

#: What b and c may be. A curve at a bound is as good as one beyond it: with the lowest b, y is a logarithm of x; with
#: the highest, a step; with c far right of the levels, a power of x without an upper bend; far left, without a lower.
_B_LOWEST = 0.1
_STEP = 60.0  # b times the smallest logarithmic distance of two levels: a step's ends differ by exp(-30) from a and d
_C_FARTHEST = np.log(100.0)  # from the lowest and highest level
_BEND_LEAST = np.log(1e6)  # b times that distance: beyond, the bend is lost in rounding, and a or d overflows

_TINY = 1e-300  # stands for level 0, whose logarithm is infinite: (0/c)^b is 0 in all but name
_BLOCK = 256  # curves in memory against the whole grid
_STARTS = 7  # bands of b, each with a start of its own: noisy curves have several local optima
_ITERATIONS = 300
_EXACT = 1e-13  # an unexplained share of variance that no further step need lower


def fit_hill(levels: np.ndarray, curves: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit every curve.

    Args:
        levels: (n,), rising, not negative, at least two of them above zero.
        curves: (curves, n), none of them constant.

    Returns:
        Parameters a, b > 0, c > 0, d, (curves, 4); whether the search converged, (curves,); and whether b or c is at
        a bound, where the curve holds but its parameters are not determined, (curves,).
    """
    levels = np.asarray(levels, float)
    mean = curves.mean(axis=1, keepdims=True)
    length = np.linalg.norm(curves - mean, axis=1, keepdims=True)
    unit = (curves - mean) / length
    bounds = _bounds(levels)
    log_levels = np.log(np.maximum(levels, _TINY))
    starts = _starts(log_levels, unit, _grid(levels, bounds))
    found = [_refine(log_levels, unit, start, bounds) for start in starts]
    best = np.argmin([loss + 1e-8 * ~converged for _, loss, converged in found], axis=0)
    shape, _, converged = (np.stack(part)[best, np.arange(len(unit))] for part in zip(*found, strict=True))
    v, mean_v, length_v, mirrored, _ = _centred(log_levels, shape)
    gain = (unit * v).sum(axis=1, keepdims=True) * length / length_v
    at_zero = mean - gain * mean_v + np.where(mirrored, gain, 0)
    at_infinity = mean - gain * mean_v + np.where(mirrored, 0, gain)
    low, high = _limits(shape, bounds)
    return np.hstack([at_zero, np.exp(shape), at_infinity]), converged, ((shape <= low) | (shape >= high)).any(axis=1)


def _bounds(levels: np.ndarray) -> np.ndarray:
    """Logarithms of the lowest and highest b, and of the lowest and highest level above zero, (2, 2)."""
    log_levels = np.log(levels[levels > 0])
    return np.array([np.log([_B_LOWEST, _STEP / np.diff(log_levels).min()]), log_levels[[0, -1]]])


def _limits(shape: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest (log b, log c), (curves, 2): how far c may lie from the levels depends on b."""
    (b_low, b_high), (first, last) = bounds
    log_b = np.clip(shape[:, 0], b_low, b_high)
    reach = np.minimum(_C_FARTHEST, _BEND_LEAST / np.exp(log_b))
    return (
        np.stack([np.full_like(reach, b_low), first - reach], axis=1),
        np.stack([np.full_like(reach, b_high), last + reach], axis=1),
    )


def _grid(levels: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """(log b, log c) to start from, (values of b, values of c, 2): c at, between and beyond the levels."""
    inside = np.log(np.concatenate([(levels[1:] + levels[:-1]) / 2, levels[levels > 0]]))
    log_c = np.concatenate([bounds[1, 0] - np.geomspace(0.1, _C_FARTHEST, 6), inside,
                            bounds[1, 1] + np.geomspace(0.1, _C_FARTHEST, 6)])  # fmt: skip
    grid = np.stack(np.meshgrid(np.linspace(*bounds[0], 4 * _STARTS), log_c, indexing="ij"), axis=-1)
    flat = grid.reshape(-1, 2)
    return np.clip(flat, *_limits(flat, bounds)).reshape(grid.shape)


def _starts(log_levels: np.ndarray, unit: np.ndarray, grid: np.ndarray) -> list[np.ndarray]:
    """For each band of b, the grid point that explains most of each curve: `_STARTS` times (curves, 2)."""
    starts = []
    for band in np.split(grid, _STARTS):
        points = band.reshape(-1, 2)
        shapes = _centred(log_levels, points)[0]
        blocks = [unit[block : block + _BLOCK] for block in range(0, len(unit), _BLOCK)]
        # einsum, not a matrix product, whose last digits depend on the number of threads
        best = [np.abs(np.einsum("cn,pn->cp", block, shapes)).argmax(axis=1) for block in blocks]
        starts.append(points[np.concatenate(best)])
    return starts


def _centred(log_levels: np.ndarray, shape: np.ndarray) -> tuple[np.ndarray, ...]:
    """v at every level, centred and of length one, (curves, n), its mean and length before, (curves, 1), whether it is
    mirrored (1 - v in its place, so that c below all levels loses no digits), and b (log x - log c)."""
    b, log_c = np.exp(shape[:, :1]), shape[:, 1:]
    mirrored = log_c < log_levels[0]
    z = b * (log_levels - log_c)
    v = expit(np.where(mirrored, -z, z))
    mean = v.mean(axis=1, keepdims=True)
    length = np.maximum(np.linalg.norm(v - mean, axis=1, keepdims=True), 1e-150)
    return (v - mean) / length, mean, length, mirrored, z


def _refine(
    log_levels: np.ndarray, unit: np.ndarray, start: np.ndarray, bounds: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Levenberg-Marquardt within bounds, of all curves at once.

    Returns (log b, log c), (curves, 2), the unexplained share of variance and whether it can't be lowered, (curves,).
    """
    shape = start.copy()
    running = np.arange(len(unit))
    damping = np.full(len(unit), 1e-2)
    loss, gradient, curvature = _normal_equations(log_levels, unit, shape)
    for _ in range(_ITERATIONS):
        limits = _limits(shape[running], bounds)
        step, promised = _step(shape[running], gradient[running], curvature[running], damping[running], limits)
        tried = np.clip(shape[running] + step, *_limits(shape[running] + step, bounds))
        new = _normal_equations(log_levels, unit[running], tried)
        gain = loss[running] - new[0]
        better = gain > 0
        kept = np.clip(gain / np.maximum(promised, 1e-300), 0, 1)  # of what the linear model promised
        moved = running[better]
        shape[moved] = tried[better]
        loss[moved], gradient[moved], curvature[moved] = (part[better] for part in new)
        change = np.where(better, np.maximum(1 - (2 * kept - 1) ** 3, 0.2), 4)
        damping[running] = np.maximum(damping[running] * change, 1e-9)
        # Done: nothing left to explain, a step that no longer pays, or no step that pays however short.
        done = (loss[running] < _EXACT) | (better & (gain < 1e-10 * loss[running])) | (damping[running] > 1e9)
        running = running[~done]
        if not len(running):
            break
    converged = np.ones(len(unit), bool)
    converged[running] = False
    return shape, loss, converged


def _normal_equations(
    log_levels: np.ndarray, unit: np.ndarray, shape: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unexplained share of variance (curves,), half its gradient (curves, 2), Gauss-Newton curvature (curves, 2, 2)."""
    v, _, length, mirrored, z = _centred(log_levels, shape)
    explained = (unit * v).sum(axis=1, keepdims=True)
    residual = unit - explained * v
    slope = np.where(mirrored, -1, 1) * expit(z) * expit(-z) / length
    change = np.stack([slope * z, -slope * np.exp(shape[:, :1])], axis=1)  # of v with log b and with log c
    change -= change.mean(axis=2, keepdims=True)
    change -= (change * v[:, None]).sum(axis=2, keepdims=True) * v[:, None]
    jacobian = -explained[:, :, None] * change
    gradient = (jacobian * residual[:, None]).sum(axis=2)
    return (residual**2).sum(axis=1), gradient, np.einsum("cin,cjn->cij", jacobian, jacobian)


def _step(
    shape: np.ndarray, gradient: np.ndarray, curvature: np.ndarray, damping: np.ndarray, limits: tuple[np.ndarray, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """The damped Gauss-Newton step (curves, 2), in which a parameter that would leave its limits stays, and by how much
    it promises to lower the loss (curves,)."""
    low, high = limits
    free = ~(((shape <= low) & (gradient > 0)) | ((shape >= high) & (gradient < 0)))
    curvature = np.where(free[:, :, None] & free[:, None], curvature, 0)
    diagonal = np.einsum("cii->ci", curvature)
    damped = curvature + np.eye(2) * np.where(diagonal > 0, diagonal * damping[:, None], 1)[:, None]
    step = -np.linalg.solve(damped, np.where(free, gradient, 0)[:, :, None])[:, :, 0]
    step = np.clip(step, -2, 2)  # a factor of e^2 in b or c at once is enough
    return step, -(2 * gradient * step).sum(axis=1) - np.einsum("ci,cij,cj->c", step, curvature, step)
