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
    name = snakemake.wildcards.set
    design, expressions, variation = map(json.loads, (params.design, params.expressions, params.variation))
    device = devices.set_up(params.device, params.torch_threads)
    faces = Faces(snakemake.input.model, device)
    frame = sets.face_set(faces, "ict", name, design, expressions, variation, params.size, params.seed)
    made = made_of(snakemake.input, params) | devices.made_on(device)
    parquet.write(STIMULI, frame, snakemake.output[0], made)
