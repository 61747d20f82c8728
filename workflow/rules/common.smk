"""Configuration, paths and what rules share. Only this file knows where things lie."""

import functools
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT))

from mien.atomic import atomically
from mien.comparison.names import STUDY_TABLES
from mien.configuration import criteria, criteria_words, study as configuration
from mien.downloads.places import local_path
from mien.environment.requirements import recipe_of
from mien.environment.versions import digest_of_versions
from mien.errors import InputError
from mien.expressions import count_in_words
from mien.figures.catalogue import catalogue, figures_of
from mien.networks.architectures import as_built, zoo_of
from mien.networks.chosen import with_known_layers
from mien.networks.zoo.packages import EXTRA
from mien.stimuli.photographs.chosen import check_databases
from mien.stimuli.photographs.folders import landmark_files
from mien.stimuli.sources import SOURCES
from mien.provenance import digest_of, digest_of_code, digest_of_files
from mien.configuration.yaml_files import check_yaml
from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError
from snakemake.settings.types import DeploymentMethod
from snakemake.utils import update_config

DEFAULT = ROOT / "config/config.yaml"

try:
    if workflow.is_main_process:  # what Snakemake has read by now, or will, drops the first of two equal keys
        for file in workflow.overwrite_configfiles or [DEFAULT]:
            check_yaml(file)
    # A configuration file on the command line replaces the default study; `configfile:` would merge the two.
    if not workflow.overwrite_configfiles:
        default = load_configfile(DEFAULT)
        update_config(default, config)
        config = default
    config = with_known_layers(configuration.complete(config))
    check_databases(config["stimuli"]["sets"])
    ADDED = recipe_of(EXTRA)
except InputError as error:
    raise WorkflowError(str(error)) from None

STUDY = Path("results") / config["study"]
SETS = list(config["stimuli"]["sets"])
EXPRESSION_SETS = [name for name in SETS if name != "morphs"]
TEST_SETS = [name for name in EXPRESSION_SETS if name != "localizer"]
DIETS = list(config["diets"])
CATALOGUE = catalogue()
CELL_TABLES = ["units", "selection", "sensitivity", "groups", "trials", "unit_counts"]
if "morphs" in SETS:
    CELL_TABLES += ["identification_trials", "discrimination"]
CELL = STUDY / "cells/{network}/{layer}/{seed}"
CELLS = configuration.cells(config)
NETWORKS = {name: as_built(network) for name, network in config["networks"].items()}

# Jobs that can use a GPU share the one that is here; where there is none, they share the cores like any other job. (A cluster
# has none where Snakemake runs: profiles/slurm says which rules ask for one.)
GPU = int(config["compute"]["device"] != "cpu" and any(map(shutil.which, ("nvidia-smi", "rocm-smi"))))


wildcard_constraints:
    network="|".join(config["networks"]),
    layer="|".join(sorted({re.escape(layer) for _, layer, _ in CELLS})),
    seed=r"\d+",
    set="|".join(SETS),
    diet="|".join(DIETS) or "(none)",


def exists(cell_):
    """Whether all that `compare` reads of a cell is there."""
    network, layer, seed = cell_
    folder = Path(str(CELL).format(network=network, layer=layer, seed=seed))
    files = [folder / f"{name}.parquet" for name in CELL_TABLES if name != "units"]
    return all(file.exists() for file in [*files, STUDY / f"networks/{network}/{seed}.json"])


# What the study's tables and figures are made of. The rest of the cells are named in them as missing.
COMPARED = list(filter(exists, CELLS)) if config["comparison"]["cells"] == "existing" else CELLS
if not COMPARED and workflow.is_main_process:
    raise WorkflowError(
        "configuration: comparison.cells: 'existing', and no cell of the study is finished yet. Run it with 'all' and "
        "--keep-going first"
    )


def study(*keys):
    """A part of the configuration as canonical JSON, for `params:`: a job reruns when, and only when, it changes."""
    value = config
    for key in keys:
        value = value[key]
    return configuration.canonical(value)


def of_decoding(*keys):
    """Some keys of `decoding` as canonical JSON."""
    return configuration.canonical({key: config["decoding"][key] for key in keys})


def of_network(*keys):
    """A params function: parts of the wildcards' network, as it is built, as canonical JSON."""
    return lambda wildcards: configuration.canonical({key: NETWORKS[wildcards.network].get(key) for key in keys})


def source_of_network(wildcards):
    """What, outside of mien, a network is built from: a digest or a version, so that it is made again when that changes."""
    architecture = NETWORKS[wildcards.network]["architecture"]
    return zoo_of(architecture).source(architecture)


def code_of(script, *loaded):
    """Digest of all code of `mien` that a script uses, for `params:`: editing it reruns the script's jobs and no others."""
    return digest_of_code(ROOT / f"workflow/scripts/{script}.py", *loaded)


def resource(name):
    """A file that comes with mien, as seen from where the study runs: moving the two together reruns nothing."""
    return os.path.relpath(ROOT / "resources" / name)


def human_data():
    """The files of what participants answered, by their names in the configuration: the publication's, and the user's own."""
    own = {"published": resource("published/confusion_published.csv")}
    return {name: own.get(name, name) for name in config["comparison"]["human"]}


def participants(name):
    """A table of what participants answered."""
    return STUDY / f"participants/{name}.parquet"


def stimuli(name):
    return STUDY / f"stimuli/{name}.parquet"


def cell(name):
    """A file of a cell's own folder."""
    return CELL / name


def cell_log(name):
    return CELL / f"logs/{name}.log"


def cell_benchmark(name):
    return CELL / f"benchmarks/{name}.tsv"


def network_file(suffix):
    return STUDY / f"networks/{{network}}/{{seed}}{suffix}"


def study_log(name):
    return STUDY / f"logs/{name}.log"


def study_benchmark(name):
    return STUDY / f"benchmarks/{name}.tsv"


def table(name, suffix=".parquet"):
    return STUDY / f"tables/{name}{suffix}"


def figure(name, suffix):
    return STUDY / f"figures/{name}{suffix}"


def each_cell(name):
    """A file of the folder of every cell that is compared, in the order of the configuration."""
    return [str(cell(name)).format(network=network, layer=layer, seed=seed) for network, layer, seed in COMPARED]


def each_network(suffix):
    """A file of every network and seed that is compared."""
    networks = dict.fromkeys((network, seed) for network, _, seed in COMPARED)
    return [str(network_file(suffix)).format(network=network, seed=seed) for network, seed in networks]


def passes(kind, outputs):
    """A params function: where the layers of a network and seed that share passes find each other's files.

    The job of one layer reads the network for all that are still wanted (`mien.units.passes`). It is a function of
    `input`, too, so that Snakemake does not compare it with that of a finished job: which layers share a pass changes no
    result, and another layer in the configuration must not rerun those that are there.
    """

    def files(names, wildcards, layer):
        seed = wildcards.seed
        return [str(cell(name)).format(network=wildcards.network, layer=layer, seed=seed) for name in names]

    def of_wildcards(wildcards, input):
        layers = config["networks"][wildcards.network]["layers"]
        return {
            "folder": str(STUDY / f"passes/{wildcards.network}/{wildcards.seed}/{kind}"),
            "outputs": {layer: files(outputs, wildcards, layer) for layer in layers},
            "groups": {layer: files(["groups.parquet"], wildcards, layer)[0] for layer in layers},
        }

    return of_wildcards


def check_results_folder():
    """Refuse to start a study whose results could not be written, before hours of computing."""
    folder = next(path for path in (STUDY.absolute(), *STUDY.absolute().parents) if path.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise WorkflowError(
            f"{folder}: results cannot be written there. Make it a folder that you may write in, "
            "or run with --directory and another one"
        )


def variation_of(part):
    """The variation that a set or diet names, as canonical JSON; none of a folder's pictures."""
    return configuration.canonical(config["variations"].get(part.get("variation"), {}))


def expressions_of_diet(diet):
    """The expressions that a diet shows, as canonical JSON: where it shows none, others train nothing anew."""
    return configuration.canonical(config["expressions"] if diet.get("shows") == "expressions" else [])


def growing(amount):
    """A resource of which every further attempt gets as much again, where the profile has jobs repeated.

    For rules that need more than the defaults of the profiles, which grow likewise.
    """
    return lambda wildcards, attempt: attempt * amount


def pictures_in(name):
    """How many pictures a set has, for `resources:`; a guess where only its own job can know."""
    sets = config["stimuli"]["sets"]
    return configuration.pictures_of(sets[name], config["expressions"], sets) or 5000


def pictures_mb(*names):
    """Memory that the pictures of sets take beside a job's own, MB, for `resources:`; with their responses, twice that."""
    return int(sum(map(pictures_in, names)) * config["stimuli"]["size"] ** 2 * 1.2e-6)


def layer_mb():
    """Memory that a whole layer's responses to the localizer take at most, MB."""
    return int(pictures_in("localizer") * config["selectivity"]["all_units"] * 4e-6)


def of_pass(first, each, most):
    """Memory of a pass over a network, MB, for `resources:`: for one layer, and for each that may share the pass."""

    def amount(wildcards, attempt):
        others = len(config["networks"][wildcards.network]["layers"]) - 1
        return attempt * (first + min(each * others, most))

    return amount


# Files that the user brings are no inputs of rules: Snakemake would take braces in their names for wildcards, and overlook
# one that is replaced by an older file, as unzip, tar and rsync bring it. `digest_of_files` among the params of a rule
# notices each change; the job itself says what is wrong with a file.


def local_files(part):
    """The files on this machine among what a `from` lists; published weights (`pretrained`) are on others."""
    if part == "pretrained":
        return []
    names = [Path(unquote(re.split("[?#]", source)[0])).name for source in part["from"] if "://" in source]
    paths = [local_path(source) for source in part["from"] if "://" not in source]
    return [*paths, *(path / name for path in paths for name in names)]


def source_of_set(name):
    """Where the pictures of a stimulus set come from."""
    return SOURCES[config["stimuli"]["sets"][name]["source"]]


def own_files_of(part):
    """A digest of the user's files that a set or a diet is read from."""
    files = SOURCES[part["source"]].files
    return digest_of_files(files(part) if files else [])


def check_landmarks():
    """Refuse landmarks that the study itself would overwrite."""
    own = (STUDY / "photographs").absolute()
    for given in config["stimuli"]["landmarks"]["files"].values():
        if own in Path(given).absolute().parents:
            raise WorkflowError(
                f"configuration: stimuli.landmarks.files: {given} is made anew by the study. Copy it and name the copy"
            )


def photographs(name, suffix=".parquet"):
    """A file about a set of photographs."""
    return STUDY / f"photographs/{{set}}/{name}{suffix}"


def of_photographs(name):
    """What the pictures of a set of photographs are made of."""
    files = {"pictures": photographs("pictures"), "landmarks": photographs("landmarks", ".csv")}
    files["without"] = photographs("without_landmarks")
    return {key: str(file).format(set=name) for key, file in files.items()}


def chosen_of(name):
    """How many of a set's photographs are in it, as canonical JSON."""
    keys = ("identities", "incomplete", "per_expression")
    return configuration.canonical({key: config["stimuli"]["sets"][name].get(key) for key in keys})


@functools.cache
def chosen_photographs(name):
    """A digest of the photographs that a set shows. AffectNet's 420,000 files take seconds to look through."""
    from mien.stimuli.photographs.choice import fingerprint  # pandas: not for every study here

    return fingerprint(name, config["stimuli"]["sets"][name], config["expressions"], config["stimuli"]["seed"])


def reading(part):
    """Inputs that decoding a cell needs: its groups, and pictures' labels and responses of some sets."""
    names = ["localizer", *part]
    return {
        "groups": cell("groups.parquet"),
        "stimuli": [stimuli(name) for name in names],
        "responses": [cell(f"responses/{name}.parquet") for name in names],
    }


def read_by(module, pictures):
    """The files that a figure reads, by their names in its `TABLES`."""
    own = {
        "units": str(cell("units.parquet")).format(network=FOCUS, layer=FOCUS_LAYER, seed=FOCUS_SEED),
        "nodes": [
            STUDY / f"networks/{name}/layers.csv" for name in dict.fromkeys([FOCUS, *config["figures"]["compare"]])
        ],
        "inputs": [STUDY / f"networks/{FOCUS}/input.json"],
        "morphs": stimuli("morphs"),
        "pictures": stimuli(pictures) if pictures in SETS else STUDY / f"diets/{pictures}.parquet",
        "rejected": str(photographs("rejected")).format(set=pictures),
        "photographs": str(photographs("pictures")).format(set=pictures),
    }
    return {name: own.get(name, table(name)) for name in CATALOGUE[module].TABLES}


def drawn(name, module, pictures):
    """Outputs of a figure: its pictures, one of them for the report, and a CSV for each panel."""
    category, title = CATALOGUE[module].REPORT
    title = re.sub(r"^(?=\d )", "\u2007", title.format(pictures=pictures))  # as wide as a digit: 10 is sorted after 9
    shown = report(
        figure(name, ".png"),
        caption=f"../report/{module}.rst",
        category=category,
        labels={"figure": title},
    )
    numbers = {panel: figure(name, f"_{panel}.csv") for panel in CATALOGUE[module].PANELS}
    return {"png": shown, "pdf": figure(name, ".pdf"), "svg": figure(name, ".svg"), **numbers}


def chosen_for(module, pictures):
    """What a figure is told of the study, as canonical JSON, and what of it captions say."""
    said = {
        "criterion": criteria_words.in_words(config["selectivity"]),
        "focus": FOCUS,
        "how_many": count_in_words(config["expressions"]),
        "pictures": pictures,
        "seed": FOCUS_SEED,
    }
    every = {
        **config["figures"],
        **said,
        "expressions": config["expressions"],
        "published": "published" in config["comparison"]["human"],  # whether its participants are those compared with
    }
    chosen = {key: every[key] for key in CATALOGUE[module].CHOSEN}
    return {"chosen": configuration.canonical(chosen), **{key: said[key] for key in chosen if key in said}}


def study_results():
    """What the whole study leaves behind."""
    diets = [name for name in DIETS if COMPARED == CELLS or (STUDY / f"diets/{name}.parquet").exists()]
    names = [name for name, (_, pictures) in DRAWN.items() if pictures not in DIETS or pictures in diets]
    return [
        *(file for name in CELL_TABLES for file in each_cell(f"{name}.parquet")),
        *(STUDY / f"networks/{name}/{file}" for name in config["networks"] for file in ("layers.csv", "input.json")),
        *([table("duplicates")] if PHOTOGRAPHS else []),
        STUDY / "environment.csv",
        *(table(name) for name in ["confounds", "difficulty", "claims", *STUDY_TABLES]),
        table("claims", ".html"),
        *(figure(name, suffix) for name in names for suffix in (".pdf", ".svg", ".png")),
    ]


def make_report(configuration_file, report_file, configuration_text, log):
    """What `snakemake --report` gives for the finished study, in a temporary folder until it is whole."""
    Path(configuration_file).write_text(f"{configuration_text}\n", encoding="utf-8")
    folder = Path(f"{report_file}.{os.getpid()}.partial")
    folder.mkdir()
    partial = folder / Path(report_file).name  # the pages inside are called after it
    command = [sys.executable, "-m", "snakemake", "study", "--nolock", "--snakefile", workflow.main_snakefile]
    command += ["--configfile", configuration_file, "--report", partial]
    with open(log, "w", encoding="utf-8") as file:
        subprocess.run(command, stdout=file, stderr=file, check=True)
    os.replace(partial, report_file)
    folder.rmdir()


def add_to_conda():
    """Have Snakemake add what a lab asks for to the conda environment of networks.

    It runs this script in a new environment, and takes one for new when the script's text has changed.
    """
    script = ROOT / "envs/torch.post-deploy.sh"
    command = f"python -m mien.environment.extra install {shlex.quote(str(EXTRA))}"
    text = f"#!/bin/sh\n# Made by the workflow for {digest_of(ADDED)}\ncd {shlex.quote(str(ROOT))} && {command}\n"
    if not ADDED:
        script.unlink(missing_ok=True)
    elif not script.exists() or script.read_text(encoding="utf-8") != text:
        with atomically(script) as partial:
            partial.write_text(text, encoding="utf-8")


check_results_folder()
if workflow.is_main_process and DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method:
    add_to_conda()
