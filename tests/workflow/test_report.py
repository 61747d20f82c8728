"""The report of a finished study, opened offline in a browser: figures and captions are there, nothing is fetched."""

import html
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mien.figures.catalogue import catalogue, figures_of

pytestmark = pytest.mark.browser

#: Runs inside the report: opens every category, shows every figure and its caption, and leaves what it saw as JSON. The
#: policy lets the page reach nothing but itself; each attempt at anything else is a violation and is written down.
PROBE = r"""
<meta http-equiv="Content-Security-Policy"
      content="default-src 'unsafe-inline' 'unsafe-eval' data: blob:">
<script>
const saw = {categories: {}, errors: [], fetched: []};
addEventListener("error", (event) => saw.errors.push(event.message));
addEventListener("unhandledrejection", (event) => saw.errors.push(String(event.reason)));
addEventListener("securitypolicyviolation", (event) => saw.fetched.push(event.blockedURI));
console.error = (...words) => saw.errors.push(words.join(" "));

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
const until = async (what) => {
  for (let tries = 0; tries < 100; tries++) {
    const found = what();
    if (found) return found;
    await pause();
  }
  throw new Error("never appeared: " + what);
};
const link = (text) => [...document.querySelectorAll("nav a")].find((a) => a.textContent.trim() === text);
const row = (i) => document.querySelectorAll("nav tbody tr")[i];
let last = ""; // the picture before this one
const picture = () =>
  [...document.images].find((image) => image.src.startsWith("data:image/png") && image.src !== last && image.complete);

async function look(category) {
  const open = async () => {
    document.querySelector("nav nav a").click(); // home
    await pause();
    (await until(() => link(category))).click();
    await until(() => row(0));
  };
  const seen = {};
  await open();
  for (let i = 0; row(i); i++) {
    const name = row(i).cells[0].textContent.trim();
    seen[name] = {};
    if (!["Tables", "Input"].includes(category) && name !== "the claims in words") {
      row(i).querySelector("[iconname=eye]").click();
      const image = await until(picture);
      last = image.src;
      seen[name].size = [image.naturalWidth, image.naturalHeight];
    }
    row(i).querySelector("[iconname=information-circle]").click();
    seen[name].caption = (await until(() => document.querySelector("nav .prose"))).textContent;
    await open();
  }
  return seen;
}
addEventListener("load", async () => {
  try {
    await until(() => link("Stimuli"));
    saw.introduction = document.body.innerText;
    for (const category of ["Stimuli", "Selectivity", "Human-likeness", "Networks", "Claims", "Tables", "Input"])
      saw.categories[category] = await look(category);
  } catch (error) {
    saw.errors.push(String(error));
  }
  const left = document.createElement("pre");
  left.id = "saw";
  left.textContent = JSON.stringify(saw);
  document.body.replaceChildren(left);
});
</script>
"""


@pytest.fixture(scope="module")
def saw(project: Path, tiny_study: Path, chromium: str, tmp_path_factory) -> dict:
    """What a browser shows of the report of the tiny study: see `PROBE`."""
    folder = tmp_path_factory.mktemp("report")
    report = folder / "report.html"
    subprocess.run(
        [sys.executable, "-m", "snakemake", "--snakefile", project / "Snakefile", "--configfile",
         project / "tests/workflow/tiny.yaml", "--directory", tiny_study, "--report", report],
        check=True, capture_output=True, cwd=project,
    )  # fmt: skip
    probed = folder / "probed.html"
    probed.write_text(report.read_text().replace("<head>", f"<head>{PROBE}", 1))
    page = subprocess.run(
        [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1400,900", "--virtual-time-budget=120000",
         "--dump-dom", probed.as_uri()],
        check=True, capture_output=True, text=True, timeout=120,
    ).stdout  # fmt: skip
    found = re.search(r'<pre id="saw">(.*?)</pre>', page, re.DOTALL)
    assert found, page[-2000:]
    return json.loads(html.unescape(found.group(1)))


def test_report_opens_offline_and_without_errors(saw):
    assert saw["errors"] == []
    assert saw["fetched"] == []


def test_report_says_what_the_study_is_and_that_its_faces_are_synthetic(saw):
    assert "Study tiny" in saw["introduction"]
    assert "All faces here are synthetic" in saw["introduction"]
    assert "participants judged photographs" in saw["introduction"]


def test_report_shows_every_figure_in_print_size_with_its_caption(saw):
    figures = {category: set(seen) for category, seen in saw["categories"].items()}
    del figures["Tables"]
    assert figures.pop("Input") == {"face_trained", "untrained", "pixels"}
    assert "the order of channels" in saw["categories"]["Input"]["untrained"]["caption"]
    expected = {"Stimuli": {"localizer", "controlled", "wild", "morphs", "faces", "objects"}}
    expected["Claims"] = {"the claims in words"}
    for name in figures_of(["localizer", "controlled", "wild", "morphs"]):
        category, title = catalogue()[name].REPORT
        expected.setdefault(category, set()).add(title)
    assert figures == expected and "7 Criteria" in figures["Selectivity"]
    numbers = [int(name.split()[0]) for name in saw["categories"]["Networks"]]
    assert numbers == sorted(numbers) == [4, 5, 6, 10]
    for category in figures:
        for name, seen in saw["categories"][category].items():
            assert name == "the claims in words" or seen["size"][0] == int(180 / 25.4 * 300), name
            assert len(seen["caption"]) > 100, name
            assert "{{" not in seen["caption"] and "None" not in seen["caption"], name
    assert (
        "Figure 2. Confusions of face trained and of participants"
        in (saw["categories"]["Human-likeness"]["2 Confusions"]["caption"])
    )


def test_report_holds_the_tables(saw):
    assert {"accuracy", "confusion", "similarity", "fits"} <= set(saw["categories"]["Tables"])
