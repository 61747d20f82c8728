"""Files that are there whole or not at all, whatever is killed while they are written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomically(path: str | Path) -> Iterator[Path]:
    """A file to write in place of `path`, which it becomes once it is whole; its folder is made."""
    partial = Path(f"{path}.{os.getpid()}.partial")  # a killed run's orphan may be writing the same file
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
