"""Pictures with labels: stimulus sets and diets, made by the workflow or read from the user's own."""

ICT = [name for name in SETS if config["stimuli"]["sets"][name]["source"] == "ict"]
READ = [name for name in SETS if source_of_set(name).sets and source_of_set(name).files]
DRAWN = [name for name in SETS if source_of_set(name).sets and name not in READ]

# Before networks are trained: what participants judged is held against the pictures.
PICTURES_FIRST = 50


rule face_model:
    """The ICT-FaceKit face model: fetched or local, checked, and made compact. A minute, and where there is a network."""
    localrule: True
    input:
        reduction=[resource(f"ict_facekit/{name}") for name in ("reduction.json", "ambient.npy", "LICENSE")],
    output:
        model=STUDY / "face_model/ict.npz",
        licence=report(
            STUDY / "face_model/LICENSE.txt",
            caption="../report/licence.rst",
            category="Stimuli",
            labels={"figure": "licence of the face model"},
        ),
    params:
        face_model=lambda wildcards: study("stimuli", "face_model"),
        files=lambda wildcards: digest_of_files(local_files(config["stimuli"]["face_model"])),
        code=code_of("face_model"),
    log:
        study_log("face_model"),
    benchmark:
        study_benchmark("face_model")
    priority: PICTURES_FIRST
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/face_model.py"


rule render_ict:
    """A stimulus set of the ICT model's faces: identities x expressions, or continua. A minute for 600 on two cores."""
    input:
        model=STUDY / "face_model/ict.npz",
    output:
        stimuli("{set}"),
    wildcard_constraints:
        set="|".join(ICT) or "(none)",
    params:
        design=lambda wildcards: study("stimuli", "sets", wildcards.set),
        expressions=study("expressions"),
        variation=lambda wildcards: variation_of(config["stimuli"]["sets"][wildcards.set]),
        size=config["stimuli"]["size"],
        seed=config["stimuli"]["seed"],
        device=config["compute"]["device"],
        torch_threads=config["compute"]["torch_threads"],
        code=code_of("render_ict"),
    log:
        study_log("render/{set}"),
    benchmark:
        study_benchmark("render/{set}")
    priority: PICTURES_FIRST
    threads: config["compute"]["torch_threads"]
    resources:
        mem_mb=lambda wildcards, attempt: attempt * (2000 + pictures_mb(wildcards.set)),
        runtime=growing(240),
        gpu=GPU,
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/render_ict.py"


rule render:
    """A stimulus set that the workflow draws: identities x expressions, or continua. A minute on one core."""
    output:
        stimuli("{set}"),
    wildcard_constraints:
        set="|".join(DRAWN) or "(none)",
    params:
        design=lambda wildcards: study("stimuli", "sets", wildcards.set),
        expressions=study("expressions"),
        variation=lambda wildcards: variation_of(config["stimuli"]["sets"][wildcards.set]),
        files=lambda wildcards: own_files_of(config["stimuli"]["sets"][wildcards.set]),
        size=config["stimuli"]["size"],
        seed=config["stimuli"]["seed"],
        module=lambda wildcards: source_of_set(wildcards.set).sets,
        code=lambda wildcards: code_of("render", source_of_set(wildcards.set).sets),
    log:
        study_log("render/{set}"),
    benchmark:
        study_benchmark("render/{set}")
    priority: PICTURES_FIRST
    resources:
        runtime=growing(60),
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/render.py"


use rule render as read_pictures with:
    """A stimulus set of the user's own ready pictures. Runs first; fails if the list is wrong."""
    wildcard_constraints:
        set="|".join(READ) or "(none)",
    params:
        seed=None,  # nothing is drawn
    log:
        study_log("read_pictures/{set}"),
    benchmark:
        study_benchmark("read_pictures/{set}")
    priority: 100
    resources:
        mem_mb=growing(4000),


rule render_diet:
    """Pictures to train networks on, drawn or read from the user's own folder. A minute or two on one core."""
    output:
        STUDY / "diets/{diet}.parquet",
    params:
        design=lambda wildcards: study("diets", wildcards.diet),
        expressions=lambda wildcards: expressions_of_diet(config["diets"][wildcards.diet]),
        variation=lambda wildcards: variation_of(config["diets"][wildcards.diet]),
        files=lambda wildcards: own_files_of(config["diets"][wildcards.diet]),
        size=config["stimuli"]["size"],
        seed=config["stimuli"]["seed"],
        module=lambda wildcards: SOURCES[config["diets"][wildcards.diet]["source"]].diets,
        code=lambda wildcards: code_of("render_diet", SOURCES[config["diets"][wildcards.diet]["source"]].diets),
    log:
        study_log("render_diet/{diet}"),
    benchmark:
        study_benchmark("render_diet/{diet}")
    resources:
        runtime=growing(60),
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/render_diet.py"
