"""Which packages, in which versions, a study is made with."""

import json
import sys
import sysconfig
from importlib.metadata import Distribution
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from mien.environment import extra
from mien.provenance import digest_of

COLUMNS = ("package", "version", "added_by", "fetched_from", "remark")
ADDED_BY = "requirements-extra.txt"


def packages() -> list[dict[str, str]]:
    """All packages of the environment of the Python that runs this, by name; columns are `COLUMNS`.

    `added_by` names `requirements-extra.txt` where that, or a package of it, brought a package in. Of such packages
    `fetched_from` is the repository and commit, or the name of the file, where they come from no index; and `remark`
    says which of their wishes for other versions were passed over.
    """
    before = extra.before_extra()
    remarks = {line.partition(" ")[0]: line for line in extra.passed_over()}
    rows = [{"package": "python", "version": sys.version.split()[0], "added_by": "", "fetched_from": "", "remark": ""}]
    for name, found in sorted(extra.installed().items()):
        added = ADDED_BY if before is not None and name not in before else ""
        row = (name, found.version, added, _fetched_from(found) if added else "", remarks.get(name, ""))
        rows.append(dict(zip(COLUMNS, row, strict=True)))
    return rows


def digest_of_versions() -> str:
    """SHA-256 over names and versions of the packages that this Python has; a few milliseconds."""
    return digest_of(sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info")))


def _fetched_from(found: Distribution) -> str:
    """Where a package that comes from no index was fetched from, without credentials and local folders."""
    origin = next((file for file in found.files or [] if file.name == "direct_url.json"), None)
    known = json.loads(origin.read_text(encoding="utf-8")) if origin else {}
    url = urlsplit(known.get("url", ""))
    if url.scheme == "file":
        return PurePosixPath(unquote(url.path)).name
    commit = known.get("vcs_info", {}).get("commit_id")
    return url._replace(netloc=url.netloc.rpartition("@")[2]).geturl() + (f"@{commit}" if commit else "")
