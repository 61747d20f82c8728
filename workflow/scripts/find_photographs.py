"""Which photographs of its databases a stimulus set shows, and why the others are left out."""

import json
from contextlib import suppress

from mien.provenance import digest_of_file, made_of
from mien.reporting import reporting
from mien.stimuli.photographs.choice import LEFT_OUT, PHOTOGRAPHS, choose
from mien.stimuli.photographs.designs import what_cannot_be_done
from mien.stimuli.photographs.sources import find_pictures, summary
from mien.tables import parquet


def digest(path):
    """Of a picture's bytes, None of one that cannot be read, which the next job says."""
    with suppress(OSError):
        return digest_of_file(path)


with reporting(snakemake.log[0]) as say:
    params, name = snakemake.params, snakemake.wildcards.set
    design = json.loads(params.design)
    found = []
    for source in design["databases"]:
        found.append(find_pictures(source))
        limits = [f"          {limit}" for limit in what_cannot_be_done(found[-1])]
        told = summary(f"{name}, {found[-1].database}", found[-1].pictures, found[-1].left_out)
        say("\n".join([told, *limits]))
    chosen = choose(name, design, found, params.seed)
    pictures = chosen.pictures.assign(sha256=[digest(path) for path in chosen.pictures["path"]])
    made = made_of({}, params)
    parquet.write(PHOTOGRAPHS, pictures, snakemake.output.pictures, made)
    parquet.write(LEFT_OUT, chosen.left_out, snakemake.output.left_out, made)
    parquet.write_csv(chosen.left_out, snakemake.output.csv)
