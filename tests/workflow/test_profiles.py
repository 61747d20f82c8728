"""Either profile gives each job its memory and time, more at each attempt; the SLURM one replaces the default one."""

import re

import pytest
import yaml

from tests.helpers import runs

PROFILES = ("default", "slurm")


@pytest.fixture(scope="module", params=PROFILES)
def profile(request, project):
    return yaml.safe_load((project / f"profiles/{request.param}/config.yaml").read_text(encoding="utf-8"))


def test_incomplete_files_are_made_again(profile):
    assert profile["rerun-incomplete"] is True


def test_what_rules_share_stands_in_the_profile_and_in_no_rule(project, profile):
    shared = {name: profile["default-resources"][name] for name in ("mem_mb", "runtime")}
    assert shared == {"mem_mb": "2000 * attempt", "runtime": "30 * attempt"}
    for rules in (project / "workflow/rules").glob("*.smk"):
        text = rules.read_text(encoding="utf-8")
        assert "mem_mb=growing(2000)," not in text and "runtime=growing(30)," not in text, rules.name


@pytest.mark.parametrize("name", PROFILES)
def test_every_planned_job_has_memory_and_time(project, tmp_path, name):
    profile = ("--workflow-profile", str(project / "profiles" / name))
    done = runs.run(project, project / "tests/workflow/tiny.yaml", tmp_path, "--dry-run", *profile)
    assert done.returncode == 0 and f"profiles/{name} for setting default" in done.stdout, done.stdout[-3000:]
    jobs = re.findall(r"^(?:local)?rule (\w+):\n((?:    .*\n)*)", done.stdout, re.MULTILINE)
    given = {rule: [int(re.search(rf"{key}=(\d+)", lines)[1]) for key in ("mem_mb", "runtime")] for rule, lines in jobs}
    assert given["select"] == [2000, 30] and given["train"] == [4000, 240]
    assert all(mem_mb >= 2000 and runtime >= 30 for mem_mb, runtime in given.values())
