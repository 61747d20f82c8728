"""A stimulus set of faces of the ICT model."""

import json

from mien.networks import devices
from mien.provenance import made_of
from mien.reporting import reporting
from mien.stimuli import sets
from mien.stimuli.ict.faces import Faces
from mien.stimuli.schema import STIMULI
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params = snakemake.params
    design = json.loads(params.design)
    shared = {"variation": json.loads(params.variation), "size": params.size, "seed": params.seed}
    devices.set_threads(params.torch_threads)
    device = devices.choose_device(params.device)
    faces = Faces(snakemake.input.model, device)
    if snakemake.wildcards.set == "morphs":
        morphs = [design[key] for key in ("identities", "continua", "levels")]
        frame = sets.morph_set(faces, "ict", "morphs", *morphs, **shared)
    else:
        frame = sets.expression_set(faces, "ict", snakemake.wildcards.set, design["identities"], **shared)
    made = made_of(snakemake.input, params) | {"device": device.type, "precision": "float32"}
    parquet.write(STIMULI, frame, snakemake.output[0], made)
