"""`comparison`: whom networks are compared with, and how sure a comparison is."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from mien.configuration.sections import Once, Section, Share, Text, Words, optional, refuse

Measure = Literal["pearson", "spearman", "kendall", "cosine", "jensen_shannon"]
Role = Annotated[str, Words("a network of the study")]


def _with_pearson(measures: list[str]) -> list[str]:
    if "pearson" not in measures:
        refuse("add pearson, on which claims and figures rest")
    return measures


class Roles(Section):
    """Who stands for whom in the table `claims`."""

    vgg_face: Role = optional("The network that plays the part of the publication's VGG-Face. Left out: none does.")
    vgg16: Role = optional("Of its VGG-16, which is trained on objects.")
    untrained: Role = optional("Of its untrained VGG-Face.")


class Comparison(Section):
    """The comparison of networks with participants and with each other."""

    cells: Literal["all", "existing"] = Field(
        "all",
        description="`existing`: compare the cells that are finished, and name the others in table `cells` with a "
        "status that begins with `missing`. For a study of which some weights or pictures can't be had, after a run "
        "with `--keep-going`: `--config 'comparison={cells: existing}'`.",
    )
    training_score: Share = Field(
        0.8,
        description="Held-out score (accuracy; explained variance of an autoencoder; share of pictures recognised in "
        "another view, of a contrastive network) below which training has failed. The study goes on, and table `cells` "
        "and the terminal say so. A network that learnt nothing says nothing about experience.",
    )
    human: Annotated[Text, Words("list of `published` and CSV files")] = Field(
        ["published"],
        description="Whom networks are compared with: the publication's matrices, trials or matrices of participants "
        "of your own (see below). Paths are relative to the folder where Snakemake runs. Your files are checked first "
        "of all, and held against the pictures before any network is made.",
    )
    bootstrap: Annotated[int, Field(ge=20)] = Field(
        200,
        description="Resamples for the intervals of similarity, curves and their differences: of identities (of "
        "participants too, where single trials are given), and the same ones for all observers, so that comparisons "
        "are paired.",
    )
    folds: Annotated[int, Field(ge=2)] = Field(
        5,
        description="Parts into which identities are drawn for `cv_error`, at most as many as there are identities.",
    )
    correction: Literal["none", "bonferroni", "holm", "fdr_bh"] = Field(
        "holm",
        description="For the number of comparisons (`fdr_bh`: Benjamini and Hochberg's false discovery rate). It is "
        "named beside every `p_corrected`, with `n_comparisons`.",
    )
    measures: Annotated[list[Measure], Once, AfterValidator(_with_pearson), Words("list of names")] = Field(
        ["pearson", "spearman", "kendall"],
        description="How like one another confusion matrices are, column `statistic`: `pearson`, `spearman`, `kendall` "
        "(tau-b); `cosine` of the entries; `jensen_shannon`, 1 minus the Jensen-Shannon divergence (bits) of the "
        "distributions of responses, mean over the true expressions, undefined for `off_diagonal` entries. What is not "
        "a correlation is not noise-corrected. Claims and figures rest on `pearson`, so it must be among them.",
    )
    photographs: bool = Field(
        False,
        description="That sets with source `pictures` are photographs of people, which no file tells by itself. Sets "
        "with source `photographs` are, without a word; sets that the workflow draws never are. Only if all sets are "
        "photographs can a verdict in table `claims` be anything but `not tested by these stimuli or networks`.",
    )
    roles: Roles = Roles()
