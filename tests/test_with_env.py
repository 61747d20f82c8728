"""with-env, on a lock of two tiny packages made here, so that nothing is downloaded."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

VERSIONS = ("1.0", "2.0")

#: In place of the real uv: leaves a mark where the test says, can be slow or fail, and lets pip do the work.
FAKE_UV = """
import os, runpy, sys, time
from pathlib import Path
if mark := os.environ.get("FAKE_UV_MARK"):
    Path(mark).touch()
    time.sleep(float(os.environ["FAKE_UV_SECONDS"]))
if os.environ.get("FAKE_UV_FAILS"):
    sys.exit("fake uv: no network")
python = sys.argv.index("--python")
sys.argv[1 : python + 2] = sys.argv[2:python]
runpy.run_module("pip", run_name="__main__")
"""


def wheel(folder: Path, name: str, version: str, module: str, text: str) -> str:
    """Write a wheel with one module, and return its line of the lock."""
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(module, text)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{name}=={version} \\\n    --hash=sha256:{digest}\n"


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("wheels")
    lines = {version: wheel(folder, "tiny", version, "tiny.py", f"version = '{version}'\n") for version in VERSIONS}
    return {"folder": str(folder), "uv": wheel(folder, "uv", "1.0", "uv/__main__.py", FAKE_UV), **lines}


def lock(wheels: dict[str, str], version: str) -> str:
    return "# a lock\n" + wheels[version] + wheels["uv"]


@pytest.fixture
def clone(project, wheels, tmp_path) -> Path:
    """A fresh clone, as far as with-env is concerned, in a folder with a space in its name."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    shutil.copy(project / "with-env", folder)
    (folder / "requirements.txt").write_text(lock(wheels, "1.0"))
    return folder


def base_python() -> str:
    """The Python that this one's environment was made with."""
    return str(Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}"))


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def quick_python(tmp_path_factory) -> str:
    """A Python whose `-m venv` copies an environment made once, in a tenth of the time."""
    folder = tmp_path_factory.mktemp("quick")
    subprocess.run([base_python(), "-m", "venv", folder / "made"], check=True)
    copy = f'rm -rf "$4" && exec cp -R "{folder}/made" "$4"'
    return str(script(folder / "python", f'[ "$2" = venv ] && {copy}\nexec "{base_python()}" "$@"'))


@pytest.fixture
def environment(wheels, quick_python, tmp_path) -> dict[str, str]:
    """The variables with-env is run with: no index, a quick Python, and a PYTHONPATH that must not matter."""
    decoy = tmp_path / "decoy"
    decoy.mkdir()
    (decoy / "tiny.py").write_text("version = 'of another place'\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "PYTHON"))}
    offline = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels["folder"]}
    return kept | offline | {"MIEN_PYTHON": quick_python, "PYTHONPATH": str(decoy)}


@pytest.fixture
def run(clone, environment):
    def run(*command: str, **variables: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [clone / "with-env", *command],
            cwd=clone.parent,
            env=environment | variables,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


TINY = ("python", "-c", "import tiny; print(tiny.version)")


def started(mark: Path) -> None:
    """Wait until the fake uv has left its mark."""
    deadline = time.monotonic() + 60
    while not mark.exists():
        assert time.monotonic() < deadline, "the install never began"
        time.sleep(0.05)


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
