"""The passes that the layers of one network and seed share: what one layer's job reads for the others, until they come.

Jobs stay one a cell, and each makes its own outputs. The first that runs reads the network once for all layers that
still want it, and leaves the others' files, as they themselves would have written them, in a folder of the network and
seed; their jobs then copy them from there. Nothing depends on that: without its files there, a job reads the network
itself. So none of it is an input or output of a rule, as checkpoints of a training are none.

Light to import: a job that finds its files imports neither torch nor pandas.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from mien.atomic import atomically
from mien.provenance import digest_of, digest_of_file
from mien.tables import parquet

_LOCK = "lock"


@contextmanager
def shared(
    folder: str | Path, layer: str, outputs: Mapping[str, Sequence[str]], made: Mapping[str, Mapping[str, object]]
) -> Iterator[dict[str, list[Path]]]:
    """Which layers to read in a pass, the own first, and where to write their files; none if those are there already.

    Waits while another job of this network and seed is in its pass. At the end the own files are in place.

    Args:
        folder: of this network, seed and kind of pass.
        layer: whose job this is.
        outputs: of each layer of the network, its job's.
        made: what these are made of, as `provenance.made_of` says; of this layer, and of those others that can be
            read by now.
    """
    folder = Path(folder)
    keys = {name: digest_of([name, made[name]]) for name in sorted(made, key=lambda name: name != layer)}
    places = {
        name: [folder / f"{name}-{key}-{Path(file).name}" for file in outputs[name]] for name, key in keys.items()
    }
    with _alone(folder) as alone:
        wanted = {name: places[name] for name in keys if not _there(outputs[name], made[name])}
        if alone:
            _sweep(folder, {place for files in wanted.values() for place in files})
        if layer not in wanted or _take(places[layer], outputs[layer]):
            yield {}
            return
        yield {name: files for name, files in wanted.items() if not all(file.exists() for file in files)}
        if not _take(places[layer], outputs[layer]) and not _there(outputs[layer], made[layer]):
            raise RuntimeError(f"{folder}: the pass has left no files of layer '{layer}'")


def digests_of(files: Mapping[str, str | Path]) -> dict[str, str]:
    """A digest of each layer's file, for `made`, but of those that are not there by now."""
    digests = {}
    for layer, file in files.items():
        with suppress(FileNotFoundError):
            digests[layer] = digest_of_file(file)
    return digests


def _take(places: Sequence[Path], outputs: Sequence[str]) -> bool:
    """Copy the files of a pass to where they belong, and remove them once they all are; False if they are not there."""
    if not all(place.exists() for place in places):
        return False
    try:
        for place, output in zip(places, outputs, strict=True):
            with atomically(output) as partial:
                shutil.copyfile(place, partial)
    except FileNotFoundError:  # taken meanwhile by another run of this job, where files cannot be locked
        return False
    for place in places:
        place.unlink(missing_ok=True)
    return True


def _there(files: Sequence[str], made: Mapping[str, object]) -> bool:
    """Whether files are there that were made of this."""
    with suppress(OSError, ValueError, KeyError):
        for file in files:
            found = parquet.made_of(file)
            if digest_of({name: found[name] for name in made}) != digest_of(made):
                return False
        return True
    return False


def _sweep(folder: Path, kept: set[Path]) -> None:
    """Remove what no layer wants any more, and what a killed pass has left half written."""
    for file in folder.iterdir():
        if file not in kept and file.name != _LOCK:
            file.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Wait until no other process is in this folder. False where files cannot be locked: then two may do the same work.

    A lock ends with the process that holds it, however that ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    try:
        locked = True
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            locked = False
        yield locked
    finally:
        os.close(file)
