"""The ICT face model, fetched once or taken from a local copy, and reduced to what faces need."""

import json
from pathlib import Path

from mien import downloads
from mien.reporting import reporting
from mien.stimuli.ict import convert

with reporting(snakemake.log[0]):
    model, kept = json.loads(snakemake.params.face_model), snakemake.config["downloads"]  # no param: reruns nothing
    source = downloads.obtain(
        model["from"], kept["folder"], model["sha256"], kept["offline"], "ICT face model", folders=True
    )
    arrays = convert.convert(source)
    Path(snakemake.output.licence).write_text(convert.licence(source), encoding="utf-8")
    convert.write(arrays, snakemake.output.model)
