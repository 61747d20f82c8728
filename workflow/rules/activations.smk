"""Two passes over a network: sums over the localizer for every unit, then the responses of the units that are read out."""

NETWORK_PARAMS = ("architecture", "input", "rectified")
LOCALIZED = ["moments.parquet", "null.parquet"]
SHOWN = sorted(SETS, key=lambda name: name != "localizer")  # it comes first: the others are multiplied with it
PROBED = [*(f"responses/{name}.parquet" for name in SHOWN), "kernels.parquet", "count_kernels.parquet"]
if "morphs" in SETS:
    PROBED += ["distances.parquet"]

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
    """Responses of the selective units and their controls to every stimulus set, and what is kept of the whole layer."""
    input:
        weights=network_file(".safetensors"),
        groups=cell("groups.parquet"),
        stimuli=[stimuli(name) for name in SHOWN],
    output:
        [cell(name) for name in PROBED],
    params:
        network=of_network(*NETWORK_PARAMS),
        device=config["compute"]["device"],
        torch_threads=config["compute"]["torch_threads"],
        batch_size=config["compute"]["batch_size"],
        kernels=of_decoding("identification", "unit_counts", "count_draws"),
        passes=passes("probe", PROBED),
        code=code_of("probe"),
    log:
        cell_log("probe"),
    benchmark:
        cell_benchmark("probe")
    threads: config["compute"]["torch_threads"]
    resources:
        # responses wait in files, of which those of one layer are read at a time
        mem_mb=of_pass(4000 + 2 * pictures_mb(*SETS) + layer_mb(), each=100, most=2000),
        runtime=growing(240),
        gpu=GPU,
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/probe.py"
