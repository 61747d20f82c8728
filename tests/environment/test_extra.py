"""with-env installs requirements-extra.txt on top of the lock, none of whose versions moves."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.helpers.wheels import TINY, lock, started, wheel

MAKING, ADDING = "making the environment in", "adding what requirements-extra.txt asks for"


@pytest.fixture(scope="module")
def wheels(wheels):
    """More wheels: `asking` wants an older `tiny`, and `lacking`, which wants `deeper`."""
    folder = Path(wheels["folder"])
    wheel(folder, "asking", "1.0", "asking.py", "", "tiny<1", "lacking>=1", "dreams; extra == 'dreams'")
    wheel(folder, "lacking", "1.5", "lacking.py", "", "deeper<2", "tiny", "windows; sys_platform == 'win32'")
    for version in ("1.0", "1.5", "2.0"):
        wheel(folder, "deeper", version, "deeper.py", f"version = '{version}'\n")
    wheel(folder, "wanting", "1.0", "wanting.py", "", "deeper<1.5")
    wheel(folder, "dreams", "1.0", "dreams.py", "")
    wheel(folder, "other", "1.0", "other.py", "")
    return wheels


@pytest.fixture
def extra(clone) -> Path:
    return clone / "requirements-extra.txt"


def importing(*modules: str) -> tuple[str, ...]:
    return ("python", "-c", f"import {', '.join(modules)}")


def versions(clone: Path) -> str:
    """All packages but pip and what stands in for uv."""
    found = [path.stem.split("-") for path in clone.glob(".venv/lib/python*/site-packages/*.dist-info")]
    return " ".join(f"{name}=={version}" for name, version in sorted(found) if name not in ("pip", "setuptools", "uv"))


@pytest.mark.parametrize("installer", ["fake uv", "pip", "uv"])
def test_what_it_asks_for_is_there_with_what_that_lacks_and_the_lock_does_not_move(
    clone, run, extra, wheels, installer
):
    import uv

    real = {"REAL_UV": uv.find_uv_bin(), "UV_FIND_LINKS": wheels["folder"], "UV_NO_INDEX": "1", "UV_NO_CONFIG": "1"}
    chosen = {"fake uv": {}, "pip": {"FAKE_UV_FAILS": "1"}, "uv": real}[installer]
    extra.write_text("# for the lab\n\nasking == 1.0  # asks for an old tiny\n")
    done = run(*TINY, **chosen)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1.0"), done.stderr
    assert done.stderr.count(MAKING) == done.stderr.count(ADDING) == 1
    assert done.stderr.endswith("requirements-extra.txt: asking 1.0 asks for tiny<1; tiny 1.0 stays\n")
    assert ("uv failed; trying pip" in done.stderr) == (installer == "pip")
    assert versions(clone) == "asking==1.0 deeper==1.5 lacking==1.5 tiny==1.0"


def test_it_is_read_again_only_when_it_changes_and_the_lock_is_left_alone_unless_something_must_go(
    clone, run, extra, wheels
):
    assert run(*TINY).stdout.splitlines()[-1] == "1.0"
    extra.write_text("deeper\n")
    first = run(*importing("deeper"))
    assert first.returncode == 0 and ADDING in first.stderr and MAKING not in first.stderr

    extra.write_text("# a comment\n\ndeeper\n")
    begin = time.monotonic()
    assert run("true").stderr == ""
    assert time.monotonic() - begin < 1

    extra.write_text("deeper\nlacking\n")  # `lacking` wants an older `deeper` than the one that is there
    more = run(*importing("lacking"))
    assert more.returncode == 0 and ADDING in more.stderr and MAKING not in more.stderr
    assert versions(clone) == "deeper==1.5 lacking==1.5 tiny==1.0"

    extra.write_text("other\n")
    changed = run("true")
    assert MAKING in changed.stderr and ADDING in changed.stderr and versions(clone) == "other==1.0 tiny==1.0"

    (clone / "requirements.txt").write_text(lock(wheels, "2.0"))
    assert MAKING in run("true").stderr and versions(clone) == "other==1.0 tiny==2.0"

    extra.unlink()
    gone = run("true")
    assert MAKING in gone.stderr and ADDING not in gone.stderr and versions(clone) == "tiny==2.0"
    assert run("true").stderr == ""


def test_a_line_against_the_lock_is_refused_and_changes_nothing(clone, run, extra):
    for line in ("tiny==2.0", "Tiny<1", "tiny @ https://example.org/tiny-1.0-py3-none-any.whl"):
        extra.write_text(f"other\n{line}\n")
        refused = run(*TINY)
        assert refused.returncode == 1 and "Traceback" not in refused.stderr
        last = refused.stderr.splitlines()[-1]
        assert last.startswith(f"requirements-extra.txt: {line[:4]}")
        assert last.endswith("mien needs tiny 1.0, whose version must not move. Leave that line out")
        assert versions(clone) == "tiny==1.0"

    extra.write_text("other\ntiny>=1\n")
    done = run(*TINY)
    assert done.stdout.splitlines()[-1] == "1.0" and MAKING not in done.stderr
    assert versions(clone) == "other==1.0 tiny==1.0"


def test_failed_install_says_so_and_the_next_use_tries_again_on_the_same_lock(run, extra):
    assert run("true").returncode == 0
    extra.write_text("no-such-package\n")
    failed = run(*TINY)
    assert failed.returncode == 1 and failed.stdout == ""
    assert "No matching distribution found for no-such-package" in failed.stderr
    assert failed.stderr.endswith("requirements-extra.txt could not be installed, for the reason above\n")
    assert "No matching distribution" in run(*TINY).stderr
    extra.write_text("other\n")
    repaired = run(*importing("other"))
    assert repaired.returncode == 0 and MAKING not in repaired.stderr

    extra.write_text("-r nowhere.txt\n")
    assert re.fullmatch(r".*nowhere\.txt: cannot be read .*\n", run("true").stderr)


def test_what_a_failed_install_left_behind_goes(clone, run, extra):
    extra.write_text("asking\n")
    failed = run("true", PIP_CONSTRAINT=str(none_of(extra, "lacking")))
    assert failed.returncode == 1 and "for the reason above" in failed.stderr
    extra.write_text("other\n")
    assert MAKING in run("true").stderr and versions(clone) == "other==1.0 tiny==1.0"


def none_of(extra: Path, package: str) -> Path:
    """A file of constraints that no version of a package meets."""
    file = extra.with_name("constraints.txt")
    file.write_text(f"{package}<0\n")
    return file


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_install_is_repaired_by_the_next_use(clone, environment, run, extra, tmp_path, sign):
    assert run("true").returncode == 0
    extra.write_text("other\n")
    mark = tmp_path / "mark"
    slow = environment | {"FAKE_UV_MARK": str(mark), "FAKE_UV_SECONDS": "2"}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    first = subprocess.Popen(
        [clone / "with-env", *TINY], env=slow, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    started(mark)
    if sign == signal.SIGINT:
        os.killpg(first.pid, sign)
    else:  # with-env alone: what it started goes on, and must not meet the next one
        first.send_signal(sign)
    assert first.wait(timeout=30) != 0
    repaired = run(*importing("other"))
    assert repaired.returncode == 0
    assert (MAKING in repaired.stderr) == (sign == signal.SIGINT)  # the other install ended while this one waited
    assert ("waiting for another with-env" in repaired.stderr) == (sign == signal.SIGKILL)
    assert versions(clone) == "other==1.0 tiny==1.0"
    first.stdout.close()


def test_files_wheels_markers_and_extras_are_what_pip_users_expect(clone, run, extra, wheels):
    (clone / "own").mkdir()
    line = wheel(clone / "own", "mine", "1.0", "mine.py", "text = 'first'\n")
    (clone / "own/more.txt").write_text(f"{line.replace('mine==1.0', './own/mine-1.0-py3-none-any.whl')}\n")
    shutil.copy(Path(wheels["folder"], "other-1.0-py3-none-any.whl"), clone / "own")
    extra.write_text(
        f"-r own/more.txt\nother @ {(clone / 'own/other-1.0-py3-none-any.whl').as_uri()}\n"
        "windows; sys_platform == 'win32'\nasking[dreams]\n"
    )
    hashed = run("true")
    assert hashed.returncode == 1 and "for the reason above" in hashed.stderr  # as pip: one hash asks for all

    (clone / "own/more.txt").write_text("./own/mine-1.0-py3-none-any.whl\n")
    done = run("python", "-c", "import mine; print(mine.text)")
    assert done.stdout.splitlines()[-1] == "first", done.stderr
    assert versions(clone).replace(" @ ", "@").startswith("asking==1.0 deeper==1.5 dreams==1.0 lacking==1.5 mine==1.0")

    wheel(clone / "own", "mine", "1.0", "mine.py", "text = 'other'\n")
    changed = run("python", "-c", "import mine; print(mine.text)")
    assert changed.stdout.splitlines()[-1] == "other" and MAKING in changed.stderr


def test_versions_that_suit_all_packages_are_found_or_it_says_that_there_are_none(clone, run, extra):
    extra.write_text("lacking\nwanting\n")  # of `deeper`, one wants less than 2 and the other less than 1.5
    assert run("true").returncode == 0
    assert versions(clone) == "deeper==1.0 lacking==1.5 tiny==1.0 wanting==1.0"
    extra.write_text("deeper==2.0\nwanting\n")
    assert "No matching distribution found for deeper" in run("true").stderr


def test_a_package_that_has_the_module_of_a_locked_one_does_not_overwrite_it(clone, run, extra, wheels, tmp_path):
    """As those of OpenCV would: the lock has one, and many packages ask for another."""
    folder = tmp_path / "opencv"
    folder.mkdir()
    locked = wheel(folder, "opencv_contrib_python", "5.0", "cv2.py", "text = 'locked'\n")
    wheel(folder, "opencv_python_headless", "6.0", "cv2.py", "text = 'other'\n")
    wheel(folder, "seeing", "1.0", "seeing.py", "", "opencv-python-headless>=4")
    with open(clone / "requirements.txt", "a") as file:
        file.write(locked)
    shown, links = ("python", "-c", "import cv2; print(cv2.text)"), f"{wheels['folder']} {folder}"
    extra.write_text("seeing\n")
    done = run(*shown, PIP_FIND_LINKS=links)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "locked"), done.stderr
    extra.write_text("seeing\nopencv-python-headless\n")
    refused = run(*shown, PIP_FIND_LINKS=links)
    assert refused.returncode == 1 and "mien needs opencv-contrib-python 5.0" in refused.stderr


@pytest.mark.slow
def test_facenet_pytorch_is_added_beside_a_newer_torch_than_it_asks_for(project, clone, extra):
    """From the package registry, on the real lock."""
    shutil.copy(project / "requirements.txt", clone)
    extra.write_text("facenet-pytorch==2.6.0\n")
    kept = ("torch", "torchvision", "numpy", "pillow")
    shown = f"import facenet_pytorch, importlib.metadata as m; print([m.version(name) for name in {kept}])"
    try:
        done = subprocess.run([clone / "with-env", "python", "-c", shown], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        locked = dict(re.findall(r"^([\w-]+)==(\S+)", (project / "requirements.txt").read_text(), re.MULTILINE))
        assert done.stdout.splitlines()[-1] == str([locked[name] for name in kept])
        last = done.stderr.splitlines()[-1]
        assert last.startswith("requirements-extra.txt: facenet-pytorch 2.6.0 asks for numpy<2")
        assert "torch<2.3" in last and f"torch {locked['torch']}" in last and last.endswith(" stay")
    finally:
        shutil.rmtree(clone / ".venv", ignore_errors=True)  # several GB
