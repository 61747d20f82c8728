"""Errors that are the user's to fix: their message is all that a user sees, so it says what to do."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: What to do about a damaged file that the workflow made, and about one from elsewhere.
MAKE_AGAIN = "Delete it and run the same command again: Snakemake makes it anew"
FETCH_AGAIN = "Delete it and fetch it again"


class InputError(Exception):
    """Something given to mien is wrong. The message names file, row or key, what was expected and what to do."""


class DesignError(InputError):
    """A stimulus set is not the complete identity x expression design that an analysis needs."""


@contextmanager
def reading(
    path: str | Path, kind: str, again: str, damage: tuple[type[Exception], ...] = (Exception,)
) -> Iterator[None]:
    """Read a file, so that a damaged one is told from a whole one that cannot be read now, which is never to go.

    Args:
        kind: what the file should be a whole one of.
        again: what to do where it is damaged: `MAKE_AGAIN` or `FETCH_AGAIN`.
        damage: errors by which a library says that it is. Those with an error number come from the operating system.

    Raises:
        InputError: the file is damaged, locked, or cannot be read; the message says which.
    """
    try:
        with open(path, "rb"):  # which says why, where a library may only say that there is no such file
            pass
        yield
    except InputError:
        raise
    except (OSError, *damage, MemoryError) as error:
        reason = _first_line(error)
        raise InputError(f"{path}: {trouble(error) or f'not a whole {kind} file ({reason}). {again}'}") from None


def trouble(error: Exception) -> str:
    """Why a file cannot be read that may be whole, and what to do; "" where it is damaged."""
    reason = _first_line(error)
    if "unable to lock" in reason or "already open for" in reason:  # HDF5
        return (
            "is open in another program that may write to it, or lies where files cannot be locked. Close it there or, "
            "if nothing writes to it, set HDF5_USE_FILE_LOCKING=FALSE, and run the same command again"
        )
    if isinstance(error, MemoryError) or "allocate memory" in reason:
        return f"there is not enough memory to read it ({reason}). Run fewer jobs at once, or give the job more"
    if isinstance(error, FileNotFoundError):
        return "no such file"
    number = getattr(error, "errno", None)
    if number and number != errno.EINVAL:  # which damaged bytes bring about, as they lead beyond the file
        why = os.strerror(number)
        return f"cannot be read ({why}). Fix that and run the same command again; the file itself may be whole"
    return ""


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
