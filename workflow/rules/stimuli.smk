"""Pictures with labels: stimulus sets and diets, made by the workflow or read from the user's own."""

RENDERED = [name for name in SETS if config["stimuli"]["sets"][name]["source"] == "parametric"]
OWN = [name for name in SETS if name not in RENDERED]


rule render:
    """A stimulus set of synthetic faces: identities x expressions, or continua. A minute on one core."""
    output:
        stimuli("{set}"),
    wildcard_constraints:
        set="|".join(RENDERED) or "(none)",
    params:
        design=lambda wildcards: study("stimuli", "sets", wildcards.set),
        variation=lambda wildcards: variation_of(config["stimuli"]["sets"][wildcards.set]),
        size=config["stimuli"]["size"],
        seed=config["stimuli"]["seed"],
        code=code_of("render"),
    log:
        study_log("render/{set}"),
    benchmark:
        study_benchmark("render/{set}")
    resources:
        mem_mb=2000,
        runtime=60,
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/render.py"


rule read_pictures:
    """A stimulus set of the user's own ready pictures, from a CSV of file, identity and expression."""
    input:
        table=lambda wildcards: config["stimuli"]["sets"][wildcards.set]["table"],
        pictures=lambda wildcards: listed_pictures(config["stimuli"]["sets"][wildcards.set]["table"]),
    output:
        stimuli("{set}"),
    wildcard_constraints:
        set="|".join(OWN) or "(none)",
    params:
        size=config["stimuli"]["size"],
        code=code_of("read_pictures"),
    log:
        study_log("read_pictures/{set}"),
    benchmark:
        study_benchmark("read_pictures/{set}")
    resources:
        mem_mb=4000,
        runtime=30,
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/read_pictures.py"


rule render_diet:
    """Pictures to rear networks on: face identities, or object categories. A minute or two on one core."""
    output:
        STUDY / "diets/{diet}.parquet",
    params:
        design=lambda wildcards: study("diets", wildcards.diet),
        variation=lambda wildcards: variation_of(config["diets"][wildcards.diet]),
        size=config["stimuli"]["size"],
        seed=config["stimuli"]["seed"],
        code=code_of("render_diet"),
    log:
        study_log("render_diet/{diet}"),
    benchmark:
        study_benchmark("render_diet/{diet}")
    resources:
        mem_mb=2000,
        runtime=60,
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/render_diet.py"
