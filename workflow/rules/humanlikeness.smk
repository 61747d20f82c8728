"""What the units say an expression is, decision by decision, and how that compares with participants."""

CLASSIFIER = ("C", "multiclass", "max_iter")


rule decode:
    """Expressions that a linear classifier reads from a cell's units, fitted on the localizer, one row a decision."""
    input:
        **reading(TEST_SETS),
        kernels=cell("kernels.parquet"),
    output:
        cell("trials.parquet"),
    params:
        decoding=of_decoding(*CLASSIFIER, "shuffles"),
        code=code_of("decode"),
    log:
        cell_log("decode"),
    benchmark:
        cell_benchmark("decode")
    resources:
        mem_mb=growing(2000 + pictures_mb(*SETS)),
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/decode.py"


rule identify:
    """Which end of its continuum a cell's units say that a morph shows, one row a decision."""
    input:
        **reading(["morphs"] if "morphs" in SETS else []),
        kernels=cell("kernels.parquet"),
    output:
        cell("identification_trials.parquet"),
    params:
        decoding=of_decoding(*CLASSIFIER, "identification"),
        code=code_of("identify"),
    log:
        cell_log("identify"),
    benchmark:
        cell_benchmark("identify")
    resources:
        mem_mb=growing(2000 + pictures_mb(*SETS)),
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/identify.py"


rule discriminate:
    """How much a cell's units change between neighbouring levels of the morphs."""
    input:
        **reading(["morphs"] if "morphs" in SETS else []),
        distances=cell("distances.parquet"),
    output:
        cell("discrimination.parquet"),
    params:
        code=code_of("discriminate"),
    log:
        cell_log("discriminate"),
    benchmark:
        cell_benchmark("discriminate")
    resources:
        mem_mb=growing(2000 + pictures_mb(*SETS)),
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/discriminate.py"


rule count_units:
    """Accuracy of a cell against the number of its units that are read."""
    input:
        kernels=cell("kernels.parquet"),
        count_kernels=cell("count_kernels.parquet"),
        stimuli=[stimuli(name) for name in ["localizer", *TEST_SETS]],
    output:
        cell("unit_counts.parquet"),
    params:
        decoding=of_decoding(*CLASSIFIER),
        code=code_of("count_units"),
    log:
        cell_log("count_units"),
    benchmark:
        cell_benchmark("count_units")
    resources:
        mem_mb=growing(3000 + pictures_mb(*TEST_SETS)),
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/count_units.py"


rule measure_morphs:
    """How much the pictures of the morphs change between neighbouring levels."""
    input:
        morphs=stimuli("morphs"),
    output:
        parquet=table("morph_distance"),
        csv=table("morph_distance", ".csv"),
    params:
        code=code_of("measure_morphs"),
    log:
        study_log("measure_morphs"),
    benchmark:
        study_benchmark("measure_morphs")
    resources:
        mem_mb=growing(2000 + pictures_mb("morphs") if "morphs" in SETS else 2000),
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/measure_morphs.py"


rule difficulty:
    """How well a classifier of pixels tells the expressions of each set: easy pictures make everything look human-like."""
    input:
        localizer=stimuli("localizer"),
        tested=[stimuli(name) for name in TEST_SETS],
    output:
        parquet=table("difficulty"),
        csv=report(
            table("difficulty", ".csv"),
            caption="../report/difficulty.rst",
            category="Tables",
            labels={"table": "difficulty"},
        ),
    params:
        decoding=of_decoding(*CLASSIFIER),
        code=code_of("difficulty"),
    log:
        study_log("difficulty"),
    benchmark:
        study_benchmark("difficulty")
    resources:
        mem_mb=growing(3000),
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/difficulty.py"


rule confounds:
    """Luminance, contrast and spatial frequencies of each set by expression, or by level. Some 70 pictures a second."""
    input:
        sets=[stimuli(name) for name in SETS],
    output:
        parquet=table("confounds"),
        csv=report(
            table("confounds", ".csv"),
            caption="../report/confounds.rst",
            category="Tables",
            labels={"table": "confounds"},
        ),
    params:
        code=code_of("confounds"),
    log:
        study_log("confounds"),
    benchmark:
        study_benchmark("confounds")
    resources:
        mem_mb=growing(2000 + pictures_mb(*SETS)),
        runtime=growing(60),
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/confounds.py"


rule claims:
    """What the publication claims, what this study shows of it, and whether it tests it."""
    input:
        tables=[
            table(name)
            for name in (
                "cells",
                "selection",
                "observer_trials",
                "similarity",
                "similarity_differences",
                "fits",
                "discrimination_peaks",
            )
        ],
        accuracy=resource("published/accuracy_published.csv"),
        confusion=resource("published/confusion_published.csv"),
        r2=resource("published/categorical_r2_published.csv"),
        identification=resource("published/identification_published.csv"),
    output:
        parquet=table("claims"),
        csv=report(
            table("claims", ".csv"),
            caption="../report/table.rst",
            category="Tables",
            labels={"table": "claims"},
        ),
    params:
        settings=configuration.canonical(
            {
                "roles": config["comparison"]["roles"],
                "layers": config["figures"]["layer"],
                "sources": {name: config["stimuli"]["sets"][name]["source"] for name in SETS},
                "photographs": config["comparison"]["photographs"],
                "architectures": {name: network["architecture"] for name, network in NETWORKS.items()},
                "correction": config["comparison"]["correction"],
                "expressions": config["expressions"],
            }
        ),
        code=code_of("claims"),
    log:
        study_log("claims"),
    benchmark:
        study_benchmark("claims")
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/claims.py"


rule participants:
    """What participants answered: their CSVs, read and checked. Runs first; fails if one is wrong."""
    output:
        confusion=participants("confusion"),
        answers=participants("answers"),
    params:
        human=lambda wildcards: configuration.canonical(list(human_data().items())),
        files=lambda wildcards: digest_of_files(human_data().values()),
        networks=configuration.canonical(sorted(config["networks"])),
        sets=configuration.canonical(sorted(EXPRESSION_SETS)),
        expressions=study("expressions"),
        code=code_of("participants"),
    log:
        study_log("participants"),
    benchmark:
        study_benchmark("participants")
    priority: 100
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/participants.py"


rule match_participants:
    """Which of the study's pictures participants judged, with whom they show. As soon as the pictures are there."""
    input:
        answers=participants("answers"),
        stimuli=[stimuli(name) for name in EXPRESSION_SETS],
    output:
        participants("trials"),
    params:
        code=code_of("match_participants"),
    log:
        study_log("match_participants"),
    benchmark:
        study_benchmark("match_participants")
    priority: 100
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/match_participants.py"


rule compare:
    """All tables of the study: accuracies, confusions, likeness to participants, identification, discrimination. A minute."""
    input:
        selection=each_cell("selection.parquet"),
        trials=each_cell("trials.parquet"),
        sensitivity=each_cell("sensitivity.parquet"),
        identification_trials=each_cell("identification_trials.parquet") if "morphs" in SETS else [],
        discrimination=each_cell("discrimination.parquet") if "morphs" in SETS else [],
        unit_counts=each_cell("unit_counts.parquet"),
        morphs=table("morph_distance") if "morphs" in SETS else [],
        networks=each_network(".json"),
        confusion=participants("confusion"),
        answers=participants("trials"),
    output:
        parquet=[table(name) for name in STUDY_TABLES],
        csv=[
            (
                report(
                    table(name, ".csv"),
                    caption="../report/table.rst",
                    category="Tables",
                    labels={"table": name},
                )
                if name != "observer_trials"  # every decision: too long to look at
                else table(name, ".csv")
            )
            for name in STUDY_TABLES
        ],
    params:
        cells=configuration.canonical(COMPARED),
        missing=configuration.canonical([cell for cell in CELLS if cell not in COMPARED]),
        settings=configuration.canonical(
            {
                **{
                    key: config["comparison"][key]
                    for key in ("training_score", "bootstrap", "folds", "correction", "measures")
                },
                "expressions": config["expressions"],
                # layers of one name are compared anyway: drawing another one compares nothing anew
                "layers": (config["figures"]["layer"] if len(set(config["figures"]["layer"].values())) > 1 else {}),
            }
        ),
        code=code_of("compare"),
    log:
        study_log("compare"),
    benchmark:
        study_benchmark("compare")
    resources:
        mem_mb=growing(3000 + len(COMPARED) * pictures_mb("morphs") if "morphs" in SETS else 3000),
        runtime=growing(60),
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/compare.py"
