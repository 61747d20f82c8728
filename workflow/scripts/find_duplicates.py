"""Whether sets of photographs show a picture twice, or share identities or pictures that they must not."""

import pandas as pd

from mien.provenance import made_of
from mien.reporting import progress, reporting
from mien.stimuli.photographs.duplicates import (
    DUPLICATES,
    SIDE,
    check_duplicates,
    listed,
    near_copies,
    shared_identities,
)
from mien.stimuli.pictures import decode_png
from mien.tables import parquet

with reporting(snakemake.log[0]) as say:
    given, params = snakemake.input, snakemake.params
    if params.size < SIDE:
        say(
            f"no copies of photographs are looked for: stimuli.size is under {SIDE} pixels, which is too small for that"
        )
    files = dict(zip(params.sets, map(parquet.read, given.pictures), strict=True))
    shown = listed(pd.concat(map(parquet.read, given.stimuli), ignore_index=True), files)
    bar = progress(shown.pop("image"), "duplicates", unit="picture")
    copies = near_copies((decode_png([image])[0] for image in bar), shown)
    check_duplicates(copies, shared_identities(shown))
    parquet.write(DUPLICATES, copies, snakemake.output.parquet, made_of(given, params))
    parquet.write_csv(copies, snakemake.output.csv)
