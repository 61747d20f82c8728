"""Why a photograph is not used: one reason of a fixed list, for tables, and the particulars, for people."""

import pandas as pd

#: Every reason for which a picture is rejected once it is looked at; what stands against its name is said elsewhere.
REASONS = (
    # the file
    "no file",
    "empty file",
    "not a picture",
    "unreadable",
    "too large",
    "too small",
    "unknown depth",
    # its landmarks
    "no landmarks",
    "no face",
    "two faces",
    "landmarks outside the picture",
    "landmarks in another order",
    "upside down",
    "cut off",
    "not confirmed",
)


class Rejected(Exception):
    """One picture cannot be used; the others can. `reason` is one of `REASONS`; the message tells the particulars."""

    def __init__(self, reason: str, detail: str):
        """A rejection for a reason of `REASONS`; another is a fault of the program."""
        if reason not in REASONS:
            raise ValueError(f"no such reason: {reason}")
        super().__init__(detail)
        self.reason = reason

    def __str__(self) -> str:
        """`reason: particulars`."""
        return f"{self.reason}: {self.args[0]}"


def summary(name: str, pictures: pd.DataFrame, left_out: pd.DataFrame) -> str:
    """What a source or a set gives and leaves out, for the terminal: a line, and one for each reason with its count."""
    identities = pictures["identity"].nunique()
    whose = f", of {identities:,} identit{'y' if identities == 1 else 'ies'}" if identities else ""
    counts = left_out["reason"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    first = f"{name}: {len(pictures):,} of {len(pictures) + len(left_out):,} files are taken{whose}"
    return "\n".join([first, *(f"{count:>10,} left out: {reason}" for reason, count in counts.items())])
