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


# What is drawn: of each file its module, and of a contact sheet whose pictures.
DRAWN = {
    **{name: (name, None) for name in figures_of(SETS)},
    **{f"montage_{name}": ("montage", name) for name in [*SETS, *DIETS]},
    **{f"rejected_{name}": ("rejected", name) for name in PHOTOGRAPHS},
}


for name, (figure_of, pictures) in DRAWN.items():

    rule:
        """A figure, with the numbers of its panels, or a contact sheet. Seconds."""
        name:
            f"figure_{name}"
        input:
            **read_by(figure_of, pictures),
        output:
            **drawn(name, figure_of, pictures),
        params:
            **chosen_for(figure_of, pictures),
            module=f"mien.figures.{figure_of}",
            code=code_of("figure", f"mien.figures.{figure_of}"),
        log:
            study_log(f"figures/{name}"),
        benchmark:
            study_benchmark(f"figures/{name}")
        resources:
            mem_mb=growing(4000),
        conda:
            "../../envs/figures.yaml"
        script:
            "../scripts/figure.py"


rule claims_page:
    """The publication's claims and what this study finds of each, in words, to open in a browser. Seconds."""
    input:
        claims=table("claims"),
    output:
        report(
            table("claims", ".html"),
            caption="../report/fig9_claims.rst",
            category="Claims",
            labels={"figure": "the claims in words"},
        ),
    params:
        study=config["study"],
        code=code_of("claims_page"),
    log:
        study_log("claims_page"),
    benchmark:
        study_benchmark("claims_page")
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/claims_page.py"


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
