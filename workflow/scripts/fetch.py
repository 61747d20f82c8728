"""A trained network from a published weight file."""

import json

from mien import downloads, networks, weights
from mien.provenance import digest_of_file, made_of
from mien.reporting import reporting
from mien.weights.selfcheck import self_check

with reporting(snakemake.log[0]):
    params, wildcards = snakemake.params, snakemake.wildcards
    settings = json.loads(params.network)
    kept = snakemake.config["downloads"]  # no param: where files are kept changes no result
    architecture, source = settings["architecture"], settings["weights"]
    path = downloads.obtain(
        source["from"], kept["folder"], source.get("sha256"), kept["offline"], title=f"weights of {wildcards.network}"
    )
    tensors, reference = weights.read(path, architecture)
    network = networks.build(architecture)
    networks.fill(network, tensors)
    self_checked = self_check(network, architecture)
    if reference:
        networks.check_reference(network, reference, settings["input"], path)
    made = made_of(snakemake.input, params) | {
        "file": path.name,
        "format": weights.format_of(path),
        "sha256": digest_of_file(path),
    }
    networks.save(network, snakemake.output.weights, made, reference)
    checks = {"self_checked": self_checked, "reference_checked": bool(reference)}
    info = {"origin": "fetched", "source": source["from"], "score": None, "heldout_score": None, **checks, **made}
    networks.save_info(info, snakemake.output.info)
