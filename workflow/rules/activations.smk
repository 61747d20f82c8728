"""Two passes over a network: sums over the localizer for every unit, then the responses of the units that are read out."""

NETWORK_PARAMS = ("architecture", "input", "rectified")
LOCALIZED = ["moments.parquet", "null.parquet"]
PROBED = [f"responses/{name}.parquet" for name in SETS]


def passes(kind, outputs):
    """A params function: where the layers of a network and seed that share passes find each other's files.

    The job of one layer reads the network for all that are still wanted (`mien.units.passes`). It is a function of
    `input`, too, so that Snakemake does not compare it with that of a finished job: which layers share a pass changes no
    result, and another layer in the configuration must not rerun those that are there.
    """

    def files(names, wildcards, layer):
        seed = wildcards.seed
        return [str(cell(name)).format(network=wildcards.network, layer=layer, seed=seed) for name in names]

    def of_wildcards(wildcards, input):
        layers = config["networks"][wildcards.network]["layers"]
        return {
            "folder": str(STUDY / f"passes/{wildcards.network}/{wildcards.seed}/{kind}"),
            "outputs": {layer: files(outputs, wildcards, layer) for layer in layers},
            "groups": {layer: files(["groups.parquet"], wildcards, layer)[0] for layer in layers},
        }

    return of_wildcards


def of_pass(first, each, most):
    """Memory of a pass over a network, MB, for `resources:`: for one layer, and for each that may share the pass."""

    def amount(wildcards, attempt):
        others = len(config["networks"][wildcards.network]["layers"]) - 1
        return attempt * (first + min(each * others, most))

    return amount


# By their priorities, localize comes before select, and that before probe: so that most layers of a network can be probed
# when the first of them is. Nothing depends on it: what comes later takes another pass.


rule localize:
    """Sums over the localizer of every unit of a layer, and the counts that permuted labels give."""
    input:
        weights=network_file(".safetensors"),
        localizer=stimuli("localizer"),
    output:
        [cell(name) for name in LOCALIZED],
    params:
        network=of_network(*NETWORK_PARAMS),
        expressions=study("expressions"),
        permutations=config["selectivity"]["permutations"],
        null_units=config["selectivity"]["null_units"],
        device=config["compute"]["device"],
        torch_threads=config["compute"]["torch_threads"],
        batch_size=config["compute"]["batch_size"],
        passes=passes("localize", LOCALIZED),
        code=code_of("localize"),
    log:
        cell_log("localize"),
    benchmark:
        cell_benchmark("localize")
    priority: 2
    threads: config["compute"]["torch_threads"]
    resources:
        # the sums of conv1_1 of a VGG-16 take 450 MB, of its 13 convolutions 1,900, of the most that share a pass 2,800
        mem_mb=of_pass(4000 + pictures_mb("localizer"), each=300, most=3600),
        runtime=growing(60),
        gpu=GPU,
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/localize.py"


rule probe:
    """Responses of the selective units and their controls to every stimulus set."""
    input:
        weights=network_file(".safetensors"),
        groups=cell("groups.parquet"),
        stimuli=[stimuli(name) for name in SETS],
    output:
        [cell(name) for name in PROBED],
    params:
        network=of_network(*NETWORK_PARAMS),
        device=config["compute"]["device"],
        torch_threads=config["compute"]["torch_threads"],
        batch_size=config["compute"]["batch_size"],
        passes=passes("probe", PROBED),
        code=code_of("probe"),
    log:
        cell_log("probe"),
    benchmark:
        cell_benchmark("probe")
    threads: config["compute"]["torch_threads"]
    resources:
        mem_mb=of_pass(4000 + 2 * pictures_mb(*SETS), each=100, most=3600),
        runtime=growing(240),
        gpu=GPU,
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/probe.py"
