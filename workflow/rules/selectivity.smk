"""Which units are selective for expression, and how many chance would give."""


rule select:
    """Units that pass the study's criterion, how many chance would give, the whole layer, and count-matched controls."""
    input:
        moments=cell("moments.parquet"),
        null=cell("null.parquet"),
    output:
        units=cell("units.parquet"),
        selection=cell("selection.parquet"),
        sensitivity=cell("sensitivity.parquet"),
        groups=cell("groups.parquet"),
    params:
        criterion=configuration.canonical(criteria.choice_of(config["selectivity"])),
        groups=configuration.canonical(
            {key: config["selectivity"][key] for key in ("control_draws", "control_units", "all_units")}
        ),
        code=code_of("select_units"),
    log:
        cell_log("select"),
    benchmark:
        cell_benchmark("select")
    priority: 1  # before `probe`: see activations.smk
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/select_units.py"
