"""A trained network from a published weight file."""

import json

from mien import downloads
from mien.networks import build
from mien.networks.weights import reading
from mien.networks.weights.selfcheck import self_check
from mien.provenance import digest_of_file, made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    params, wildcards = snakemake.params, snakemake.wildcards
    settings = json.loads(params.network)
    kept = snakemake.config["downloads"]  # no param: where files are kept changes no result
    architecture, source = settings["architecture"], settings["weights"]
    path = downloads.obtain(
        source["from"], kept["folder"], source.get("sha256"), kept["offline"], title=f"weights of {wildcards.network}"
    )
    tensors, reference = reading.read(path, architecture)
    network = build.build(architecture)
    build.fill(network, tensors)
    self_checked = self_check(network, architecture)
    if reference:
        build.check_reference(network, reference, settings["input"], path)
    made = made_of(snakemake.input, params) | {
        "file": path.name,
        "format": reading.format_of(path),
        "sha256": digest_of_file(path),
    }
    build.save(network, snakemake.output.weights, made, reference)
    checks = {"self_checked": self_checked, "reference_checked": bool(reference)}
    info = {"origin": "fetched", "source": source["from"], "score": None, "heldout_score": None, **checks, **made}
    build.save_info(info, snakemake.output.info)
