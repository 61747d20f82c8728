"""MediaPipe's face landmarker, fetched once or taken from a local copy."""

import json
import shutil

from mien import downloads
from mien.atomic import atomically
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    model, kept = json.loads(snakemake.params.model), snakemake.config["downloads"]  # no param: reruns nothing
    file = downloads.obtain(model["from"], kept["folder"], model["sha256"], kept["offline"], "face landmarker")
    with atomically(snakemake.output[0]) as partial:
        shutil.copyfile(file, partial)
