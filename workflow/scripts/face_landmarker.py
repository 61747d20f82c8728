"""MediaPipe's face landmarker, fetched once or taken from a local copy."""

import json
import shutil

from mien.atomic import atomically
from mien.downloads.sources import obtain
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    kept = snakemake.config["downloads"]  # no param: where files are kept changes no result
    file = obtain(json.loads(snakemake.params.model), kept, "face landmarker")
    with atomically(snakemake.output[0]) as partial:
        shutil.copyfile(file, partial)
