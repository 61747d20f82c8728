"""A stimulus set of parametric faces."""

import json

from mien import faces, stimuli, tables
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    params = snakemake.params
    design = json.loads(params.design)
    shared = {"variation": json.loads(params.variation), "size": params.size, "seed": params.seed}
    if snakemake.wildcards.set == "morphs":
        morphs = [design[key] for key in ("identities", "continua", "levels")]
        frame = stimuli.morph_set(faces, "parametric", "morphs", *morphs, **shared)
    else:
        frame = stimuli.expression_set(faces, "parametric", snakemake.wildcards.set, design["identities"], **shared)
    tables.write("stimuli", frame, snakemake.output[0], made_of({}, params))
