"""Which photographs of its databases a stimulus set shows, and why the others are left out."""

import json

from mien.provenance import made_of
from mien.reporting import reporting
from mien.stimuli.photographs.choice import LEFT_OUT, PHOTOGRAPHS, choose, digest_of_picture, told
from mien.stimuli.photographs.finding import find_pictures
from mien.tables import parquet

with reporting(snakemake.log[0]) as say:
    params, name = snakemake.params, snakemake.wildcards.set
    design, expressions = json.loads(params.design), json.loads(params.expressions)
    found = []
    for source in design["databases"]:
        found.append(find_pictures(source, expressions))
        say(told(name, found[-1], expressions))
    chosen = choose(name, design, found, expressions, params.seed)
    pictures = chosen.pictures.assign(sha256=list(map(digest_of_picture, chosen.pictures["path"])))
    made = made_of({}, params)
    parquet.write(PHOTOGRAPHS, pictures, snakemake.output.pictures, made)
    parquet.write(LEFT_OUT, chosen.left_out, snakemake.output.left_out, made)
    parquet.write_csv(chosen.left_out, snakemake.output.csv)
