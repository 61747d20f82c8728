"""A stimulus set of faces of the ICT model."""

import json

from mien import devices, stimuli, tables
from mien.ict.faces import Faces
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    params = snakemake.params
    design = json.loads(params.design)
    shared = {"variation": json.loads(params.variation), "size": params.size, "seed": params.seed}
    devices.set_threads(params.torch_threads)
    device = devices.choose_device(params.device)
    faces = Faces(snakemake.input.model, device)
    if snakemake.wildcards.set == "morphs":
        morphs = [design[key] for key in ("identities", "continua", "levels")]
        frame = stimuli.morph_set(faces, "ict", "morphs", *morphs, **shared)
    else:
        frame = stimuli.expression_set(faces, "ict", snakemake.wildcards.set, design["identities"], **shared)
    made = made_of(snakemake.input, params) | {"device": device.type, "precision": "float32"}
    tables.write("stimuli", frame, snakemake.output[0], made)
