"""`compute` and `downloads`: the machine that a study runs on."""

from typing import Annotated, Literal

from pydantic import Field

from mien.configuration.sections import Count, Section, Words


class Compute(Section):
    """How networks run."""

    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto",
        description="Where networks run: `auto` takes a GPU where there is one. Same bytes each time on the CPU; a GPU "
        "is set up to repeat itself too, with a warning where an operation cannot; none has been tried. Kinds of "
        "device differ in the last digits, and each cell's files record which it was.",
    )
    torch_threads: Count = Field(
        1,
        description="Threads of a job that runs a network. Fixed here, not by `--cores`, because sums depend on it in "
        "their last digits. Two jobs of one thread do more than one job of two.",
    )
    batch_size: Count = Field(
        32,
        description="Pictures that go through a network at once when it is read out. Less needs less memory. Training "
        "has a batch size of its own.",
    )


class Downloads(Section):
    """Fetched files. A change here reruns nothing."""

    folder: Annotated[str, Words("a folder")] = Field(
        "downloads",
        description="Where fetched files are kept, relative to the folder where Snakemake runs. A file that you put "
        "there by hand, under the name that its URL ends in, is used as if it had been fetched.",
    )
    offline: bool = Field(
        False,
        description="Never connect: what is missing stops the run, and the message says which file to put where.",
    )
