"""What a job tells the person who waits for it: a progress bar, and one clear message when something is wrong."""

import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from mien.errors import InputError


@contextmanager
def reporting(log: str | Path) -> Iterator[Callable[..., None]]:
    """Run a job so that an `InputError` ends it with its message alone, on the terminal and in the log.

    Any other exception is a fault of mien: it goes on with its traceback, which the log keeps too.

    Yields:
        A function that tells people something that stops nothing: in the log and, if it is said `aloud`, on the
        terminal.
    """
    said = []

    def say(message: str, aloud: bool = True) -> None:
        said.append(f"{message}\n")
        if aloud:
            print(f"\nmien: {message}\n", file=sys.stderr)

    try:
        yield say
    except InputError as error:
        _write(log, "".join([*said, f"{error}\n"]))
        print(f"\nmien: {error}\n", file=sys.stderr)
        raise SystemExit(1) from None
    except BaseException:
        _write(log, "".join([*said, traceback.format_exc()]))
        raise
    _write(log, "".join([*said, "finished\n"]))


def progress(items: Iterable, what: str, unit: str = "it", total: int | None = None) -> tqdm:
    """A bar over `items` on standard error; off a terminal a line every 20 s, so that log files stay readable."""
    interval = 0.5 if sys.stderr.isatty() else 20
    return tqdm(items, desc=what, unit=unit, total=total, mininterval=interval, maxinterval=interval, file=sys.stderr)


def _write(log: str | Path, text: str) -> None:
    Path(log).write_text(text, encoding="utf-8", errors="backslashreplace")  # file names may be in another encoding
