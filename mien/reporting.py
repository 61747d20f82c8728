"""What a job tells the person who waits for it: a progress bar, and one clear message when something is wrong."""

import sys
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from mien.errors import InputError


@contextmanager
def reporting(log: str | Path) -> Iterator[None]:
    """Run a job so that an `InputError` ends it with its message alone, on the terminal and in the log.

    Any other exception is a fault of mien: it goes on with its traceback, which the log keeps too.
    """
    try:
        yield
    except InputError as error:
        _write(log, f"{error}\n")
        print(f"\nmien: {error}\n", file=sys.stderr)
        raise SystemExit(1) from None
    except BaseException:
        _write(log, traceback.format_exc())
        raise
    _write(log, "finished\n")


def progress(items: Iterable, what: str, unit: str = "it", total: int | None = None) -> tqdm:
    """A bar over `items` on standard error; off a terminal a line every 20 s, so that log files stay readable."""
    interval = 0.5 if sys.stderr.isatty() else 20
    return tqdm(items, desc=what, unit=unit, total=total, mininterval=interval, maxinterval=interval, file=sys.stderr)


def _write(log: str | Path, text: str) -> None:
    Path(log).write_text(text, encoding="utf-8", errors="backslashreplace")  # file names may be in another encoding
