"""with-env, on a lock of two tiny packages made here, so that nothing is downloaded."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.helpers.wheels import TINY, base_python, lock, script, started


def test_first_use_makes_it_and_later_uses_only_run_the_command(clone, run):
    first = run(*TINY, MIEN_PYTHON=base_python())
    assert (first.returncode, first.stdout.splitlines()[-1]) == (0, "1.0")
    assert f"making the environment in {clone}/.venv" in first.stderr
    assert "trying pip" not in first.stderr

    begin = time.monotonic()
    assert run("true").returncode == 0
    assert time.monotonic() - begin < 1
    shown = 'pwd; echo "$1"; echo $PPID; python -c "import sys; print(sys.prefix)"; exit 7'
    second = run("sh", "-c", shown, "sh", "two  words")
    assert second.stdout.splitlines() == [str(clone.parent), "two  words", str(os.getpid()), str(clone / ".venv")]
    assert (second.returncode, second.stderr) == (7, "")
    assert run("no-such-command").returncode == 127


def test_text_and_names_of_files_are_utf8_in_any_locale(run):
    shown = ("python", "-c", "import sys; print(sys.flags.utf8_mode)")
    assert run(*shown, LC_ALL="C.UTF-8").stdout.splitlines()[-1] == "1"
    assert run(*shown, PYTHONUTF8="0").stdout == "0\n"


def test_another_lock_or_another_place_makes_it_anew(clone, run, wheels):
    assert run("true").returncode == 0
    (clone / "requirements.txt").write_text(lock(wheels, "2.0"))
    changed = run(*TINY)
    assert (changed.returncode, changed.stdout.splitlines()[-1]) == (0, "2.0")

    moved = clone.rename(clone.with_name("moved"))  # where the environment's scripts still name the old folder
    variables = {"PATH": os.environ["PATH"], "MIEN_PYTHON": "/no/python"}
    after = subprocess.run([moved / "with-env", "true"], env=variables, capture_output=True, text=True)
    assert after.returncode == 1 and "no /no/python that runs" in after.stderr


def test_failed_install_says_so_and_the_next_use_repairs_it(run):
    failed = run(*TINY, PIP_FIND_LINKS=os.devnull)
    assert failed.returncode == 1
    assert "No matching distribution found for tiny==1.0" in failed.stderr
    assert failed.stderr.endswith("could not be made, for the reason above; the same command tries again\n")

    repaired = run(*TINY, FAKE_UV_FAILS="1")  # and pip takes over where uv fails
    assert (repaired.returncode, repaired.stdout.splitlines()[-1]) == (0, "1.0")
    assert "fake uv: no network" in repaired.stderr and "uv failed; trying pip" in repaired.stderr


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_install_is_repaired_by_the_next_use(clone, environment, run, tmp_path, sign):
    mark = tmp_path / "mark"
    slow = environment | {"FAKE_UV_MARK": str(mark), "FAKE_UV_SECONDS": "2"}
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a background job of a shell ignores
    first = subprocess.Popen(
        [clone / "with-env", *TINY], env=slow, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    started(mark)
    if sign == signal.SIGINT:  # Ctrl-C reaches the whole group
        os.killpg(first.pid, sign)
    else:  # the installer goes on alone, and must not meet the next one
        first.send_signal(sign)
    assert first.wait(timeout=30) != 0
    assert not (clone / ".venv" / "made-from").exists()
    repaired = run(*TINY)
    assert (repaired.returncode, repaired.stdout.splitlines()[-1]) == (0, "1.0")
    assert ("waiting for another with-env" in repaired.stderr) == (sign == signal.SIGKILL)
    first.stdout.close()


def test_two_first_uses_at_once_make_it_once(clone, environment, run, tmp_path):
    mark = tmp_path / "mark"
    slow = environment | {"FAKE_UV_MARK": str(mark), "FAKE_UV_SECONDS": "1"}
    first = subprocess.Popen(
        [clone / "with-env", *TINY], env=slow, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    started(mark)
    second = run(*TINY)
    out, err = first.communicate(timeout=60)
    assert (first.returncode, out.splitlines()[-1]) == (0, "1.0")
    assert (second.returncode, second.stdout) == (0, "1.0\n")
    assert "making the environment" in err and "waiting for another with-env" not in err
    assert "waiting for another with-env" in second.stderr and "making the environment in" not in second.stderr


def tools(folder: Path) -> Path:
    """A folder with the commands with-env itself uses, and no Python."""
    folder.mkdir()
    for name in ("sh", "cat", "cmp", "dirname", "sed", "rm"):
        (folder / name).symlink_to(shutil.which(name))
    return folder


def test_without_python_it_says_what_is_missing(clone, run, tmp_path):
    done = run("true", PATH=str(tools(tmp_path / "bin")), MIEN_PYTHON="")
    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr and "no python3 that runs" in done.stderr
    assert not (clone / ".venv").exists()


def test_old_python_is_refused_with_its_version(clone, run, tmp_path):
    folder = tools(tmp_path / "bin")
    script(folder / "python3", '[ "$1" = --version ] && { echo "Python 3.9.2"; exit; }\nexit 1')
    done = run("true", PATH=str(folder), MIEN_PYTHON="")
    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr and "Python 3.9.2" in done.stderr
    assert not (clone / ".venv").exists()


def test_a_python_that_will_not_do_is_passed_over(run, quick_python, tmp_path):
    folder = tools(tmp_path / "bin")
    script(folder / "python3.13", "exit 1")
    (folder / "python3").symlink_to(quick_python)
    (folder / "cp").symlink_to(shutil.which("cp"))
    done = run(*TINY, PATH=str(folder), MIEN_PYTHON="")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1.0")


def test_without_a_command_it_says_how_it_is_used(run):
    done = run()
    assert done.returncode == 2
    assert "usage: ./with-env COMMAND" in done.stderr
