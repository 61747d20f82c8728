"""Wheels made here, a lock of two of them, and a stand-in for uv, so that with-env is tried without any download."""

import hashlib
import sys
import time
import zipfile
from pathlib import Path

VERSIONS = ("1.0", "2.0")

#: In place of the real uv: leaves a mark where the test says, can be slow or fail, and lets pip, or the real one, do
#: the work.
FAKE_UV = """
import os, runpy, sys, time
from pathlib import Path
if real := os.environ.get("REAL_UV"):
    os.execv(real, [real, *sys.argv[1:]])
if mark := os.environ.get("FAKE_UV_MARK"):
    Path(mark).touch()
    time.sleep(float(os.environ["FAKE_UV_SECONDS"]))
if os.environ.get("FAKE_UV_FAILS"):
    sys.exit("fake uv: no network")
python = sys.argv.index("--python")
sys.argv[1 : python + 2] = sys.argv[2:python]
runpy.run_module("pip", run_name="__main__")
"""


def wheel(folder: Path, name: str, version: str, module: str, text: str, *requires: str) -> str:
    """Write a wheel with one module that asks for other packages, and return its line of the lock."""
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(module, text)
        metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        metadata += [f"Requires-Dist: {other}" for other in requires]
        archive.writestr(f"{info}/METADATA", "\n".join(metadata) + "\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{name}=={version} \\\n    --hash=sha256:{digest}\n"


def lock(wheels: dict[str, str], version: str) -> str:
    return "# a lock\n" + wheels[version] + wheels["uv"]


def base_python() -> str:
    """The Python that this one's environment was made with."""
    return str(Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}"))


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


#: Says which version of `tiny` is there.
TINY = ("python", "-c", "import tiny; print(tiny.version)")


def started(mark: Path) -> None:
    """Wait until the fake uv has left its mark."""
    deadline = time.monotonic() + 60
    while not mark.exists():
        assert time.monotonic() < deadline, "the install never began"
        time.sleep(0.05)
