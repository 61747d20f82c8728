"""Two passes over a network: sums over the localizer for every unit, then the responses of the units that are read out."""

NETWORK_PARAMS = ("architecture", "input", "rectified")


rule localize:
    """Sums over the localizer of every unit of a layer, and the counts that permuted labels give."""
    input:
        weights=network_file(".safetensors"),
        localizer=stimuli("localizer"),
    output:
        moments=cell("moments.parquet"),
        null=cell("null.parquet"),
    params:
        network=of_network(*NETWORK_PARAMS),
        expressions=study("expressions"),
        permutations=config["selectivity"]["permutations"],
        null_units=config["selectivity"]["null_units"],
        device=config["compute"]["device"],
        torch_threads=config["compute"]["torch_threads"],
        batch_size=config["compute"]["batch_size"],
        code=code_of("localize"),
    log:
        cell_log("localize"),
    benchmark:
        cell_benchmark("localize")
    threads: config["compute"]["torch_threads"]
    resources:
        mem_mb=growing(4000 + pictures_mb("localizer")),
        runtime=growing(60),
        gpu=GPU,
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/localize.py"


READ = sorted(SETS, key=lambda name: name != "localizer")  # it comes first: the others are multiplied with it


rule probe:
    """Responses of the selective units and their controls to every stimulus set, and what is kept of the whole layer."""
    input:
        weights=network_file(".safetensors"),
        groups=cell("groups.parquet"),
        stimuli=[stimuli(name) for name in READ],
    output:
        **({"distances": cell("distances.parquet")} if "morphs" in SETS else {}),
        responses=[cell(f"responses/{name}.parquet") for name in READ],
        kernels=cell("kernels.parquet"),
        count_kernels=cell("count_kernels.parquet"),
    params:
        network=of_network(*NETWORK_PARAMS),
        device=config["compute"]["device"],
        torch_threads=config["compute"]["torch_threads"],
        batch_size=config["compute"]["batch_size"],
        kernels=of_decoding("identification", "unit_counts", "count_draws"),
        code=code_of("probe"),
    log:
        cell_log("probe"),
    benchmark:
        cell_benchmark("probe")
    threads: config["compute"]["torch_threads"]
    resources:
        mem_mb=growing(4000 + 2 * pictures_mb(*SETS) + layer_mb()),
        runtime=growing(240),
        gpu=GPU,
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/probe.py"
