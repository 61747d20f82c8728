"""A trained network from a published weight file."""

import json

from mien.downloads.sources import obtain
from mien.networks import files
from mien.networks.input import resolved
from mien.networks.weights.published import describe, network_of, sources_of
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    params, output = snakemake.params, snakemake.output
    kept = snakemake.config["downloads"]  # no param: where files are kept changes no result
    settings = json.loads(params.network)
    architecture = settings["architecture"]
    source = sources_of(architecture, settings["weights"])
    path = obtain(source, kept, f"weights of {snakemake.wildcards.network}")
    made = made_of(snakemake.input, params) | describe(path, source)
    network, reference, checks = network_of(path, architecture, resolved(architecture, settings["input"]))
    known = {"source": source["from"], **checks}
    files.save_with_info(network, output.weights, output.info, made, "fetched", reference, **known)
