"""The ICT face model, fetched once or taken from a local copy, and reduced to what faces need."""

import json
from pathlib import Path

from mien.downloads.sources import obtain
from mien.reporting import reporting
from mien.stimuli.ict import convert

with reporting(snakemake.log[0]):
    kept = snakemake.config["downloads"]  # no param: where files are kept changes no result
    source = obtain(json.loads(snakemake.params.face_model), kept, "ICT face model", folders=True)
    arrays = convert.convert(source)
    Path(snakemake.output.licence).write_text(convert.licence(source), encoding="utf-8")
    convert.write(arrays, snakemake.output.model)
