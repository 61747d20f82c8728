"""`decoding`: the classifiers that read expressions from units."""

from typing import Annotated, Literal

from pydantic import Field

from mien.configuration.sections import Count, Once, Positive, Section, Words


class Decoding(Section):
    """Linear support vector classifiers on standardised responses."""

    C: Positive = Field(1, description="Penalty: more allows fewer errors on the localizer.")
    multiclass: Literal["one_vs_one", "one_vs_rest"] = Field(
        "one_vs_one", description="How two-way decisions make one among all expressions."
    )
    shuffles: Count = Field(
        10, description="Classifiers fitted to labels shuffled within identity: the control for accuracy."
    )
    identification: Literal["two_way", "six_way"] = Field(
        "two_way",
        description="Who labels morphs: for each continuum a classifier of its two ends, or the one of all "
        "expressions (`six_way`, however many they are), where every answer but the second expression counts as not "
        "the second. How the publication did it is not known to us.",
    )
    unit_counts: Annotated[list[Count], Once, Words("numbers, 1 or more")] = Field(
        [10, 30, 100, 300, 1000, 3000, 10000, 30000],
        description="Numbers of units of which accuracy is read, beside all: the first so many of a random order "
        "of the selective, of all, and of the other units. Their kernels take 4 bytes × the localizer's pictures × "
        "those of all sets but `morphs` × numbers × draws × 3 groups a cell: 0.2 GB at the publication's sizes.",
    )
    count_draws: Count = Field(3, description="Random orders of either group for it.")
    max_iter: Annotated[int, Field(ge=1, le=2**31 - 1), Words("1 or more")] = Field(
        10000,
        description="Most passes over the pictures for fitting a two-way decision; libsvm takes half as many steps as "
        "there are pictures for a pass. A classifier that has to stop is used as it is, and `status` says that it "
        "did not converge. By default none stops in the studies that ship: in the embedded one they take at most a "
        "24th of it, and responses of 2 to 12,500 made-up units to 624 pictures, labels shuffled, at most a quarter. "
        "With a large `C` and few units none gets there, which takes a minute or two a cell.",
    )
