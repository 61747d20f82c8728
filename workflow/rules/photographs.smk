"""Stimulus sets made of photographs that a lab holds: found, their landmarks, aligned and cut out, and morphs of them."""

PHOTOGRAPHS = [name for name in EXPRESSION_SETS if config["stimuli"]["sets"][name]["source"] == "photographs"]
GIVEN = list(config["stimuli"]["landmarks"]["files"])
DETECTED = [name for name in PHOTOGRAPHS if name not in GIVEN]
MORPHS = config["stimuli"]["sets"].get("morphs", {})

check_landmarks()


rule find_photographs:
    """Which photographs a set shows, and why others are left out. Runs first; fails if a folder is wrong."""
    output:
        pictures=photographs("pictures"),
        left_out=photographs("left_out"),
        csv=photographs("left_out", ".csv"),
    wildcard_constraints:
        set="|".join(PHOTOGRAPHS) or "(none)",
    params:
        design=lambda wildcards: study("stimuli", "sets", wildcards.set),
        expressions=study("expressions"),
        files=lambda wildcards: chosen_photographs(wildcards.set),
        seed=config["stimuli"]["seed"],
        code=code_of("find_photographs"),
    log:
        study_log("find_photographs/{set}"),
    benchmark:
        study_benchmark("find_photographs/{set}")
    priority: 100
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/find_photographs.py"


rule read_landmarks:
    """Landmarks of a set's photographs from the user's files."""
    input:
        pictures=photographs("pictures"),
    output:
        landmarks=photographs("landmarks", ".csv"),
        without=photographs("without_landmarks"),
    wildcard_constraints:
        set="|".join(GIVEN) or "(none)",
    params:
        given=lambda wildcards: config["stimuli"]["landmarks"]["files"][wildcards.set],
        files=lambda wildcards: digest_of_files(landmark_files(config["stimuli"]["landmarks"]["files"][wildcards.set])),
        code=code_of("read_landmarks"),
    log:
        study_log("landmarks/{set}"),
    benchmark:
        study_benchmark("landmarks/{set}")
    priority: 100
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/read_landmarks.py"


rule face_landmarker:
    """MediaPipe's model of landmarks: fetched once or local, and checked. Seconds, and where there is a network."""
    localrule: True
    output:
        STUDY / "photographs/face_landmarker.task",
    params:
        model=lambda wildcards: configuration.canonical(
            {key: config["stimuli"]["landmarks"][key] for key in ("from", "sha256")}
        ),
        files=lambda wildcards: digest_of_files(local_files(config["stimuli"]["landmarks"])),
        code=code_of("face_landmarker"),
    log:
        study_log("face_landmarker"),
    benchmark:
        study_benchmark("face_landmarker")
    priority: 100
    conda:
        "../../envs/landmarks.yaml"
    script:
        "../scripts/face_landmarker.py"


rule detect_landmarks:
    """Landmarks of a set's photographs by MediaPipe. A minute for a thousand."""
    input:
        pictures=photographs("pictures"),
        model=STUDY / "photographs/face_landmarker.task",
    output:
        landmarks=photographs("landmarks", ".csv"),
        without=photographs("without_landmarks"),
    wildcard_constraints:
        set="|".join(DETECTED) or "(none)",
    params:
        grey=config["stimuli"]["photographs"]["grey"],
        code=code_of("detect_landmarks"),
    log:
        study_log("landmarks/{set}"),
    benchmark:
        study_benchmark("landmarks/{set}")
    priority: 100
    resources:
        mem_mb=growing(4000),
        runtime=growing(120),
    conda:
        "../../envs/landmarks.yaml"
    script:
        "../scripts/detect_landmarks.py"


rule prepare_photographs:
    """A stimulus set of photographs, and why pictures are rejected. A minute for 3,000 of 450 pixels on one core."""
    input:
        unpack(lambda wildcards: of_photographs(wildcards.set)),
    output:
        stimuli=stimuli("{set}"),
        rejected=photographs("rejected"),
        csv=photographs("rejected", ".csv"),
    wildcard_constraints:
        set="|".join(PHOTOGRAPHS) or "(none)",
    params:
        design=lambda wildcards: chosen_of(wildcards.set),
        how=study("stimuli", "photographs"),
        size=config["stimuli"]["size"],
        seed=config["stimuli"]["seed"],
        code=code_of("prepare_photographs"),
    log:
        study_log("prepare_photographs/{set}"),
    benchmark:
        study_benchmark("prepare_photographs/{set}")
    priority: 100
    resources:
        mem_mb=lambda wildcards, attempt: attempt * (3000 + 12 * pictures_mb(wildcards.set)),
        runtime=growing(120),
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/prepare_photographs.py"


rule morph:
    """Morphs between each identity's photographs. A hundred a second on one core."""
    input:
        unpack(lambda wildcards: of_photographs(MORPHS["of"])),
    output:
        stimuli("{set}"),
    wildcard_constraints:
        set="morphs" if MORPHS.get("source") == "photographs" else "(none)",
    params:
        morphs=lambda wildcards: study("stimuli", "sets", "morphs"),
        design=lambda wildcards: chosen_of(MORPHS["of"]),
        how=study("stimuli", "photographs"),
        size=config["stimuli"]["size"],
        seed=config["stimuli"]["seed"],
        code=code_of("morph"),
    log:
        study_log("morph/{set}"),
    benchmark:
        study_benchmark("morph/{set}")
    priority: PICTURES_FIRST
    resources:
        mem_mb=lambda wildcards, attempt: attempt
        * (3000 + 12 * pictures_mb(MORPHS["of"]) + 2 * pictures_mb(wildcards.set)),
        runtime=growing(240),
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/morph.py"


rule find_duplicates:
    """Whether a picture is there twice, or an identity both selects units and tests them. Before networks are read."""
    input:
        stimuli=[stimuli(name) for name in PHOTOGRAPHS],
        pictures=[str(photographs("pictures")).format(set=name) for name in PHOTOGRAPHS],
    output:
        parquet=table("duplicates"),
        csv=table("duplicates", ".csv"),
    params:
        sets=PHOTOGRAPHS,
        size=config["stimuli"]["size"],
        code=code_of("find_duplicates"),
    log:
        study_log("find_duplicates"),
    benchmark:
        study_benchmark("find_duplicates")
    priority: 100
    resources:
        mem_mb=growing(2000 + 2 * pictures_mb(*PHOTOGRAPHS)),
        runtime=growing(60),
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/find_duplicates.py"
