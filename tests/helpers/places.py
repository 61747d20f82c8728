"""Where the project lies, and what is beside it on some machines."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "resources" / "published"
#: Real photographs, and models of landmarks and of rendered faces: tests that use it skip where there is none.
SHARED = ROOT.parent / "shared"
