"""A stimulus set of parametric faces."""

import json

from mien.provenance import made_of
from mien.reporting import reporting
from mien.stimuli import sets
from mien.stimuli.faces import parametric
from mien.stimuli.schema import STIMULI
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params = snakemake.params
    design = json.loads(params.design)
    shared = {"variation": json.loads(params.variation), "size": params.size, "seed": params.seed}
    if snakemake.wildcards.set == "morphs":
        morphs = [design[key] for key in ("identities", "continua", "levels")]
        frame = sets.morph_set(parametric, "parametric", "morphs", *morphs, **shared)
    else:
        frame = sets.expression_set(parametric, "parametric", snakemake.wildcards.set, design["identities"], **shared)
    parquet.write(STIMULI, frame, snakemake.output[0], made_of({}, params))
