"""Networks: reared on a diet in the workflow, or left as they were initialised."""

TRAINED = [name for name, network in config["networks"].items() if "training" in network]
UNTRAINED = [name for name in config["networks"] if name not in TRAINED]


rule initialise:
    """An untrained network: weights drawn by its scheme, from its seed."""
    output:
        weights=network_file(".safetensors"),
        info=network_file(".json"),
    wildcard_constraints:
        network="|".join(UNTRAINED) or "(none)",
    params:
        network=of_network("architecture", "initialisation"),
        code=code_of("initialise"),
    log:
        study_log("initialise/{network}-{seed}"),
    benchmark:
        study_benchmark("initialise/{network}-{seed}")
    resources:
        mem_mb=4000,
        runtime=10,
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/initialise.py"


rule train:
    """A network reared on a diet. A checkpoint, outside the outputs, lets a killed training go on where it was."""
    input:
        diet=lambda wildcards: STUDY / f"diets/{config['networks'][wildcards.network]['training']['data']}.parquet",
    output:
        weights=network_file(".safetensors"),
        info=network_file(".json"),
    wildcard_constraints:
        network="|".join(TRAINED) or "(none)",
    params:
        network=of_network("architecture", "initialisation", "input", "training"),
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
        mem_mb=4000,
        runtime=240,
        gpu=GPU,
    conda:
        "../../envs/torch.yaml"
    script:
        "../scripts/train.py"
