"""What the units say an expression is, decision by decision, and how that compares with people."""


def reading(part):
    """Inputs that decoding a cell needs: its groups, and pictures' labels and responses of some sets."""
    names = ["localizer", *part]
    return {
        "groups": cell("groups.parquet"),
        "stimuli": [stimuli(name) for name in names],
        "responses": [cell(f"responses/{name}.parquet") for name in names],
    }


rule decode:
    """Expressions that a linear classifier reads from a cell's units, fitted on the localizer, one row a decision."""
    input:
        **reading(TEST_SETS),
    output:
        cell("trials.parquet"),
    params:
        decoding=study("decoding"),
        code=code_of("decode"),
    log:
        cell_log("decode"),
    benchmark:
        cell_benchmark("decode")
    resources:
        mem_mb=2000,
        runtime=30,
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/decode.py"


rule identify:
    """Which end of its continuum a cell's units say that a morph shows, one row a decision."""
    input:
        **reading(["morphs"] if "morphs" in SETS else []),
    output:
        cell("identification_trials.parquet"),
    params:
        decoding=study("decoding"),
        code=code_of("identify"),
    log:
        cell_log("identify"),
    benchmark:
        cell_benchmark("identify")
    resources:
        mem_mb=2000,
        runtime=30,
    conda:
        "../../envs/analysis.yaml"
    script:
        "../scripts/identify.py"
