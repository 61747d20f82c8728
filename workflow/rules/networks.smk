"""Networks: fetched, trained on a diet in the workflow, left as they were initialised, or shuffled."""

FETCHED = [name for name, network in config["networks"].items() if "weights" in network]
TRAINED = [name for name, network in config["networks"].items() if "training" in network]
SHUFFLED = [
    name
    for name, network in config["networks"].items()
    if isinstance(network.get("initialisation"), dict) and "shuffled" in network["initialisation"]
]
UNTRAINED = [name for name in config["networks"] if name not in [*FETCHED, *TRAINED, *SHUFFLED]]


rule environment:
    """The packages that networks are made and read with, and their versions. Nothing but the report depends on it."""
    output:
        report(
            STUDY / "environment.csv",
            caption="../report/environment.rst",
            category="Tables",
            labels={"table": "environment"},
        ),
    params:
        added=digest_of(ADDED),
        versions=digest_of_versions(),
        code=code_of("environment"),
    log:
        study_log("environment"),
    benchmark:
        study_benchmark("environment")
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/environment.py"


rule list_layers:
    """A network's layers, and how it wants its pictures. Runs first; fails if the study names what does not exist."""
    output:
        layers=STUDY / "networks/{network}/layers.csv",
        input=report(
            STUDY / "networks/{network}/input.json",
            caption="../report/input.rst",
            category="Input",
            labels={"network": "{network}"},
        ),
    params:
        network=of_network("architecture", "input", "layers", "rectified", "weights"),
        source=source_of_network,
        optimiser=lambda wildcards: configuration.canonical(
            config["networks"][wildcards.network].get("training", {}).get("optimiser")
        ),
        code=code_of("list_layers"),
    log:
        study_log("list_layers/{network}"),
    benchmark:
        study_benchmark("list_layers/{network}")
    priority: 100
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/list_layers.py"


rule fetch:
    """A trained network from a published weight file: fetched or local, checked, converted; where there is a network."""
    localrule: True
    output:
        weights=network_file(".safetensors"),
        info=network_file(".json"),
    wildcard_constraints:
        network="|".join(FETCHED) or "(none)",
    params:
        network=of_network("architecture", "weights", "input"),
        source=source_of_network,
        files=lambda wildcards: digest_of_files(local_files(config["networks"][wildcards.network]["weights"])),
        code=code_of("fetch"),
    log:
        study_log("fetch/{network}-{seed}"),
    benchmark:
        study_benchmark("fetch/{network}-{seed}")
    resources:
        mem_mb=growing(6000),
        runtime=growing(120),
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/fetch.py"


rule initialise:
    """An untrained network: weights drawn by its scheme, from its seed."""
    output:
        weights=network_file(".safetensors"),
        info=network_file(".json"),
    wildcard_constraints:
        network="|".join(UNTRAINED) or "(none)",
    params:
        network=of_network("architecture", "initialisation"),
        source=source_of_network,
        code=code_of("initialise"),
    log:
        study_log("initialise/{network}-{seed}"),
    benchmark:
        study_benchmark("initialise/{network}-{seed}")
    resources:
        mem_mb=growing(4000),
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/initialise.py"


rule shuffle:
    """An untrained network with a trained one's weights, shuffled within each layer: the same distributions."""
    input:
        weights=lambda wildcards: str(network_file(".safetensors")).format_map(
            configuration.source_of_shuffled(config, wildcards.network, int(wildcards.seed))
        ),
    output:
        weights=network_file(".safetensors"),
        info=network_file(".json"),
    wildcard_constraints:
        network="|".join(SHUFFLED) or "(none)",
    params:
        network=of_network("architecture", "initialisation", "input"),
        source=source_of_network,
        code=code_of("shuffle"),
    log:
        study_log("shuffle/{network}-{seed}"),
    benchmark:
        study_benchmark("shuffle/{network}-{seed}")
    resources:
        mem_mb=growing(4000),
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/shuffle.py"


rule train:
    """A network trained on a diet. A checkpoint, outside the outputs, lets a killed training go on where it was."""
    input:
        diet=lambda wildcards: STUDY / f"diets/{config['networks'][wildcards.network]['training']['data']}.parquet",
    output:
        weights=network_file(".safetensors"),
        info=network_file(".json"),
    wildcard_constraints:
        network="|".join(TRAINED) or "(none)",
    params:
        network=of_network("architecture", "initialisation", "input", "training"),
        source=source_of_network,
        device=config["compute"]["device"],
        torch_threads=config["compute"]["torch_threads"],
        checkpoints=str(STUDY / "checkpoints"),
        code=code_of("train"),
    log:
        study_log("train/{network}-{seed}"),
    benchmark:
        study_benchmark("train/{network}-{seed}")
    threads: config["compute"]["torch_threads"]
    resources:
        mem_mb=growing(4000),
        runtime=growing(240),
        gpu=GPU,
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/train.py"
