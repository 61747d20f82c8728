"""A stimulus set of synthetic faces."""

import json

from mien import stimuli, tables
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    params = snakemake.params
    design = json.loads(params.design)
    shared = {"variation": json.loads(params.variation), "size": params.size, "seed": params.seed}
    if snakemake.wildcards.set == "morphs":
        frame = stimuli.morph_set("morphs", design["identities"], design["continua"], design["levels"], **shared)
    else:
        frame = stimuli.expression_set(snakemake.wildcards.set, design["identities"], **shared)
    tables.write("stimuli", frame, snakemake.output[0], made_of({}, params))
