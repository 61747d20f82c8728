"""Do deep networks read facial expressions as people do? See README.md; config/README.md explains the configuration."""


include: "workflow/rules/common.smk"
include: "workflow/rules/stimuli.smk"
include: "workflow/rules/photographs.smk"
include: "workflow/rules/networks.smk"
include: "workflow/rules/activations.smk"
include: "workflow/rules/selectivity.smk"
include: "workflow/rules/humanlikeness.smk"
include: "workflow/rules/figures.smk"


rule all:
    """The whole study and its report."""
    default_target: True
    localrule: True
    input:
        study_results(),  # named beside the report, which is newer: without them a deleted cell would not be missed
        rules.study_report.output,


rule study:
    """The study: units of every cell, tables and figures."""
    localrule: True
    input:
        study_results(),
