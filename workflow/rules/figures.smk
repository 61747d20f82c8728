"""The figures, after the publication's four, and a contact sheet of every set of pictures; each with its numbers."""


report: "../report/study.rst"


# The focus's first seed; where only existing cells are compared, the first network drawn that has one.
FOCUS, FOCUS_LAYER, FOCUS_SEED = next(
    (
        (network, layer, seed)
        for name in (config["figures"]["focus"], *config["figures"]["compare"])
        for network, layer, seed in COMPARED
        if network == name and layer == config["figures"]["layer"][name]
    ),
    (None, None, None),
)
if FOCUS is None and workflow.is_main_process:
    raise WorkflowError(
        "configuration: figures: none of the cells to be drawn is finished yet. Name others, or finish one"
    )


# What is drawn, as canonical JSON.
DRAWN = configuration.canonical({**config["figures"], "focus": FOCUS})

# What selective units pass, in words, for captions.
CRITERION = criteria.in_words(config["selectivity"])

# Whether networks are compared with the publication's people.
PUBLISHED = "published" in config["comparison"]["human"]


rule figure_selectivity:
    """Figure 1: the network, how its selective units are tuned, and what they say. Seconds."""
    input:
        units=str(cell("units.parquet")).format(network=FOCUS, layer=FOCUS_LAYER, seed=FOCUS_SEED),
        layers=STUDY / f"networks/{FOCUS}/layers.csv",
        cells=table("cells"),
        accuracy=table("accuracy"),
        selection=table("selection"),
    output:
        **drawn("fig1_selectivity", "abcd", "selectivity", "Selectivity", "1 Selective units"),
    params:
        figures=DRAWN,
        criterion=CRITERION,
        focus=FOCUS,
        seed=FOCUS_SEED,
        input_size=study("networks", FOCUS, "architecture", "input_size"),
        code=code_of("figure_selectivity"),
    log:
        study_log("figures/selectivity"),
    benchmark:
        study_benchmark("figures/selectivity")
    conda:
        "../../envs/figures.yaml"
    script:
        "../scripts/figure_selectivity.py"


rule figure_confusions:
    """Figure 2: confusions of the network and of people. Seconds."""
    input:
        cells=table("cells"),
        confusion=table("confusion"),
        similarity=table("similarity"),
        ceiling=table("noise_ceiling"),
    output:
        **drawn("fig2_confusions", "abc", "confusions", "Human-likeness", "2 Confusions"),
    params:
        figures=DRAWN,
        focus=FOCUS,
        published=PUBLISHED,
        code=code_of("figure_confusions"),
    log:
        study_log("figures/confusions"),
    benchmark:
        study_benchmark("figures/confusions")
    conda:
        "../../envs/figures.yaml"
    script:
        "../scripts/figure_confusions.py"


rule figure_categorical:
    """Figure 3: identification curves of the network, and which fit describes them. Seconds."""
    input:
        morphs=stimuli("morphs"),
        cells=table("cells"),
        identification=table("identification"),
        fits=table("fits"),
        means=table("r2_means"),
        tests=table("r2_tests"),
    output:
        **drawn("fig3_categorical", "abcde", "categorical", "Human-likeness", "3 Morphs"),
    params:
        figures=DRAWN,
        focus=FOCUS,
        code=code_of("figure_categorical"),
    log:
        study_log("figures/categorical"),
    benchmark:
        study_benchmark("figures/categorical")
    conda:
        "../../envs/figures.yaml"
    script:
        "../scripts/figure_categorical.py"


rule figure_networks:
    """Figure 4: the networks compared. Seconds."""
    input:
        cells=table("cells"),
        accuracy=table("accuracy"),
        confusion=table("confusion"),
        similarity=table("similarity"),
        differences=table("similarity_differences"),
        ceiling=table("noise_ceiling"),
        identification=table("identification"),
        fits=table("fits"),
        means=table("r2_means"),
    output:
        # accuracies; matrices of people and of each network; likeness, its differences, R2, curves
        **drawn(
            "fig4_networks",
            [chr(ord("a") + place) for place in range(len(config["figures"]["compare"]) + 6)],
            "networks",
            "Networks",
            "4 Networks compared",
        ),
    params:
        figures=DRAWN,
        published=PUBLISHED,
        code=code_of("figure_networks"),
    log:
        study_log("figures/networks"),
    benchmark:
        study_benchmark("figures/networks")
    conda:
        "../../envs/figures.yaml"
    script:
        "../scripts/figure_networks.py"


rule figure_axes:
    """Figure 5: why? Networks that differ in architecture, training data, objective or algorithm, side by side. Seconds."""
    input:
        cells=table("cells"),
        selection=table("selection"),
        accuracy=table("accuracy"),
        similarity=table("similarity"),
        confusion=table("confusion"),
        tests=table("r2_tests"),
    output:
        **drawn("fig5_axes", "abcd", "axes", "Networks", "5 What makes a difference"),
    params:
        figures=DRAWN,
        code=code_of("figure_axes"),
    log:
        study_log("figures/axes"),
    benchmark:
        study_benchmark("figures/axes")
    conda:
        "../../envs/figures.yaml"
    script:
        "../scripts/figure_axes.py"


rule figure_layers:
    """Figure 6: the same over layers, every seed shown. Seconds."""
    input:
        cells=table("cells"),
        selection=table("selection"),
        accuracy=table("accuracy"),
        similarity=table("similarity"),
        confusion=table("confusion"),
        layers=[STUDY / f"networks/{name}/layers.csv" for name in config["figures"]["compare"]],
    output:
        **drawn("fig6_layers", "abcd", "layers", "Networks", "6 Layers"),
    params:
        figures=DRAWN,
        criterion=CRITERION,
        code=code_of("figure_layers"),
    log:
        study_log("figures/layers"),
    benchmark:
        study_benchmark("figures/layers")
    conda:
        "../../envs/figures.yaml"
    script:
        "../scripts/figure_layers.py"


rule figure_sensitivity:
    """Figure 7: how many units are selective at other criteria. Seconds."""
    input:
        sensitivity=table("sensitivity"),
        selection=table("selection"),
        cells=table("cells"),
    output:
        **drawn("fig7_sensitivity", "a", "sensitivity", "Selectivity", "7 Criteria"),
    params:
        figures=DRAWN,
        criterion=CRITERION,
        code=code_of("figure_sensitivity"),
    log:
        study_log("figures/sensitivity"),
    benchmark:
        study_benchmark("figures/sensitivity")
    conda:
        "../../envs/figures.yaml"
    script:
        "../scripts/figure_sensitivity.py"


rule figure_discrimination:
    """Figure 8: where on a continuum units change most, and whether more than the pictures do. Seconds."""
    input:
        curves=table("discrimination_curves"),
        peaks=table("discrimination_peaks"),
        fits=table("fits"),
        cells=table("cells"),
    output:
        **drawn("fig8_discrimination", "abc", "discrimination", "Human-likeness", "8 Discrimination"),
    params:
        figures=DRAWN,
        focus=FOCUS,
        code=code_of("figure_discrimination"),
    log:
        study_log("figures/discrimination"),
    benchmark:
        study_benchmark("figures/discrimination")
    conda:
        "../../envs/figures.yaml"
    script:
        "../scripts/figure_discrimination.py"


rule figure_claims:
    """Figure 9: the publication's claims, and what this study shows of them. Seconds."""
    input:
        claims=table("claims"),
    output:
        **drawn("fig9_claims", "a", "claims", "Claims", "9 Claims"),
    params:
        code=code_of("figure_claims"),
    log:
        study_log("figures/claims"),
    benchmark:
        study_benchmark("figures/claims")
    conda:
        "../../envs/figures.yaml"
    script:
        "../scripts/figure_claims.py"


rule figure_confounds:
    """What could pass for expression: luminance, contrast and spatial frequencies of each set. Seconds."""
    input:
        confounds=table("confounds"),
    output:
        **drawn("confounds", "ab" if "morphs" in SETS else "a", "confounds", "Stimuli", "confounds"),
    params:
        code=code_of("figure_confounds"),
    log:
        study_log("figures/confounds"),
    benchmark:
        study_benchmark("figures/confounds")
    conda:
        "../../envs/figures.yaml"
    script:
        "../scripts/figure_confounds.py"


rule montage:
    """A contact sheet of a stimulus set or a diet. Seconds."""
    input:
        lambda wildcards: (
            stimuli(wildcards.pictures)
            if wildcards.pictures in SETS
            else STUDY / f"diets/{wildcards.pictures}.parquet"
        ),
    output:
        **drawn("montage_{pictures}", "a", "montage", "Stimuli", "{pictures}"),
    wildcard_constraints:
        pictures="|".join([*SETS, *DIETS]),
    params:
        code=code_of("figure_montage"),
    log:
        study_log("figures/montage_{pictures}"),
    benchmark:
        study_benchmark("figures/montage_{pictures}")
    conda:
        "../../envs/figures.yaml"
    script:
        "../scripts/figure_montage.py"


rule study_report:
    """One self-contained file of the study's figures and tables, which opens offline; and the whole configuration."""
    localrule: True
    input:
        results=study_results(),
        captions=sorted(map(str, (ROOT / "workflow/report").glob("*.rst"))),
    output:
        configuration=STUDY / "configuration.json",
        report=STUDY / "report.zip",
    params:
        configuration=lambda wildcards: configuration.canonical(config),  # file names in it may have braces
    log:
        study_log("report"),
    run:
        make_report(output.configuration, output.report, params.configuration, log[0])
