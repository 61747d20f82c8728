"""Whether sets of photographs show a picture twice, or share people or pictures that they must not."""

import pandas as pd

from mien.provenance import made_of
from mien.reporting import progress, reporting
from mien.stimuli.photographs.duplicates import DUPLICATES, SIDE, check_duplicates, near_copies, shared_identities
from mien.stimuli.pictures import decode_png
from mien.tables import parquet

with reporting(snakemake.log[0]) as say:
    given = snakemake.input
    if snakemake.params.size < SIDE:
        say(
            f"no copies of photographs are looked for: stimuli.size is under {SIDE} pixels, which is too small for that"
        )
    columns = ["set", "identity", "expression", "image"]
    shown = pd.concat(map(parquet.read, given.stimuli), ignore_index=True)[columns]
    files = [
        parquet.read(file).assign(set=name) for name, file in zip(snakemake.params.sets, given.pictures, strict=True)
    ]
    shown = shown.merge(pd.concat(files)[["set", "identity", "expression", "file"]], "left", validate="one_to_one")
    listed = shown[["set", "identity", "expression", "file"]]
    bar = progress(shown["image"], "duplicates", unit="picture")
    copies = near_copies((decode_png([image])[0] for image in bar), listed)
    check_duplicates(copies, shared_identities(listed))
    parquet.write(DUPLICATES, copies, snakemake.output.parquet, made_of(given, snakemake.params))
    parquet.write_csv(copies, snakemake.output.csv)
