"""`networks`: architectures, weights, initialisation, training, and what is read."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, Field, Tag, model_validator

from mien.configuration.sections import (
    Count,
    Digest,
    Once,
    Positive,
    Section,
    Share,
    Sources,
    Words,
    form,
    optional,
    refuse,
)

Scheme = Literal[
    "xavier_normal",
    "xavier_uniform",
    "kaiming_normal",
    "kaiming_uniform",
    "lecun_normal",
    "lecun_uniform",
    "constructor",
]


def _initialisation(given: Any) -> str | None:
    if isinstance(given, Mapping):
        return f"<{' '.join(given)}>"
    return "<scheme>" if isinstance(given, str) and given in get_args(Scheme) else None


Initialisation = Annotated[
    Annotated[Scheme, Tag("<scheme>")]
    | Annotated[dict[str, Positive], Tag("<normal>")]
    | Annotated[dict[str, str], Tag("<shuffled>")],
    form(f"{', '.join(get_args(Scheme))}, {{normal: SD}} or {{shuffled: NETWORK}}", _initialisation),
    Words("see below"),
]


def _weights(given: Any) -> str | None:
    if isinstance(given, Mapping | BaseModel):
        return "<mapping>"
    return "<text>" if given == "pretrained" else None


class Architecture(Section):
    """What a network is."""

    source: Annotated[str, Words("`mien`, a zoo, an installed package, a `.py` or a `.pt2`")] = Field(
        "mien",
        alias="from",
        description="Where the network is from. `mien`: its own VGGs and pixels. `torchvision`, `timm`, "
        "`open_clip`: zoos, whose published input and weights mien knows. `facenet_pytorch`, `mylab.models` …: "
        "any installed module, see docs/networks.md. `networks/mine.py`: a file of your own, and "
        "`networks/mine.pt2` one of `torch.export`; both are trusted like code, and run. Another version of the "
        "package, or a changed file, makes that network anew and no other.",
    )
    name: Annotated[str, Words("text")] = optional(
        "mien's: `vgg11`, `vgg13`, `vgg16`, `vgg19`, these with `_bn`, `pixels`. `vgg16`: 13 convolutions and 3 fully "
        "connected layers, the architecture of VGG-16 and VGG-Face. `pixels`: the picture itself, in every table "
        "beside the networks, because easy stimuli make everything look human-like. A zoo's: `MODEL` or `MODEL.TAG`, "
        "where the tag names one of its published trainings (`resnet50.a1_in1k`, `resnet50.IMAGENET1K_V2`, "
        "`ViT-B-32.laion2b_s34b_b79k`). Of a package or a file: the class or function that gives the network. None of "
        "a `.pt2`.",
        "required but of a `.pt2`",
    )
    arguments: Annotated[dict[str, Any], Words("mapping")] = optional(
        "What that class or function is called with. Arguments that load weights are refused: `weights` names them.",
    )
    width: Positive = optional(
        "mien's VGGs: channels as a share of the published ones. 1 with an input of 224 is the published size: 100,352 "
        "units at `conv5_3` of VGG-16.",
        "1",
    )
    classes: Annotated[int, Field(ge=0)] = optional(
        "mien's and zoos': units of the last layer. A network that learns to classify needs as many as there are "
        "classes; to one that learns otherwise they are its code. 0: a VGG without its fully connected layers, as in "
        "Keras' files without top. Of a package or file, `arguments` say it.",
        "as published; 1000",
    )
    dropout: Annotated[float, Field(ge=0, lt=1)] = optional(
        "mien's VGGs: dropout after `fc6` and `fc7` in training; never when units are read.", "0.5"
    )

    @model_validator(mode="after")
    def _published_classes(self) -> Self:
        if self.source == "mien" and self.classes is None:
            self.classes = 1000
        return self


class Weights(Section):
    """A trained network, fetched."""

    sources: Sources = Field(
        alias="from",
        description="A weight file, mirrors of it, or a folder that holds it: tried in order, what is on this machine "
        "first. Its format is told by its content: a PyTorch state dict, safetensors, Keras HDF5, or MatConvNet "
        "`.mat`. Nothing in it is ever executed.",
    )
    sha256: Digest = Field(
        None, description="Of the file. `null`: recorded at the first download, and the same from then on."
    )


class Input(Section):
    """What the weights expect of pictures. What is left out is as the zoo publishes it, or else the default."""

    size: Annotated[int, Field(ge=16), Words("16 or more; a VGG 32")] = optional(
        "Side of the input, pixels. A VGG's five poolings halve it; some networks take one size only.",
        "as published, or required",
    )
    crop: Annotated[float, Field(gt=0, le=1)] = optional(
        "Share of the picture's side that the network sees, centred: the picture is resized to `size / crop`, and "
        "what is beyond is cut off. 1: the whole picture. Most of timm and torchvision see .875 to 1.",
        "as published; 1",
    )
    interpolation: Literal["bilinear", "bicubic", "nearest"] = optional(
        "How pictures are resized; the first two are antialiased.", "as published; `bilinear`"
    )
    scale: Positive = optional(
        "What levels of 0 to 255 are multiplied by; 0.00392157 makes them 0 to 1.", "as published; 1"
    )
    mean: Annotated[list[float], Field(min_length=3, max_length=3), Words("three numbers")] = optional(
        "Of the scaled levels.", "as published; 0, 0, 0"
    )
    sd: Annotated[list[Positive], Field(min_length=3, max_length=3), Words("three numbers")] = optional(
        "Of the scaled levels.", "as published; 1, 1, 1"
    )
    channels: Literal["rgb", "bgr", "both"] = optional(
        "Order of the colours. Grey pictures have three equal channels; yet the order matters, as weights "
        "and means differ. `both`: for fetched weights whose order is not known. Of one file, fetched once, it makes "
        "two networks, `NAME_rgb` and `NAME_bgr`, which stand in all tables; `figures`, `roles` and `shuffled` name "
        "one of the two. `mean` and `sd` are then given for red, green, blue, and `NAME_bgr` takes them in reverse.",
        "as published; `rgb`",
    )


class Optimiser(Section, extra="allow"):
    """A class of torch.optim and its keyword arguments, which it checks itself."""

    name: Annotated[str, Words("a class of `torch.optim`")] = Field(
        description="Such as `Adam`, `AdamW`, `SGD`. Its keyword arguments stand beside it: "
        "`{name: SGD, lr: 0.01, momentum: 0.9}`."
    )


class Training(Section):
    """How a network is trained in the workflow."""

    data: Annotated[str, Words("a name from `diets`")] = Field(description="What the network is trained on.")
    objective: Literal["classification", "expression", "autoencoding", "contrastive"] = Field(
        "classification",
        description="What it learns: to tell the diet's classes apart (identities, categories); the study's "
        "expressions, of a diet with `shows: expressions`; to code a picture in its output of `classes` units so that "
        "a small decoder, discarded afterwards, can draw it again; or to give two views of one picture (cropped, "
        "mirrored, brighter or darker) outputs that are more alike than other pictures', as SimCLR (Chen et al. 2020).",
    )
    algorithm: Literal["backpropagation", "feedback_alignment"] = Field(
        "backpropagation",
        description="How errors reach the layers: back through the weights, or through fixed random ones (Lillicrap et "
        "al. 2016). What the weights do with them is the optimiser's. Feedback alignment learns slowly, in deep "
        "networks only with batch norms; networks with weights outside convolutions, linear layers and norms are "
        "refused.",
    )
    images: Count = Field(
        description="Pictures presented in all, over all epochs, the last batch filled up: equal for networks that are "
        "compared."
    )
    batch_size: Count = Field(32, description="Pictures a step; the last of an epoch has what is left.")
    optimiser: Optimiser
    schedule: Literal["cosine", "constant"] = Field(
        "cosine", description="Course of the learning rate after the warm-up: down to zero, or level."
    )
    warm_up: Share = Field(0.05, description="Share of all steps over which the learning rate rises to its full value.")
    patience: Annotated[Count | None, Words("epochs, or `null`")] = Field(
        None,
        description="Stop once the held-out score has not been bettered for so many epochs. `null`: never, so that "
        "compared networks see equally many pictures.",
    )


Layer = Annotated[str, Field(pattern=r"^[\w-]+(\.[\w-]+)*$")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Network(Section):
    """A network, fetched, trained or untrained."""

    architecture: Architecture
    weights: Annotated[
        Annotated[Literal["pretrained"], Tag("<text>")] | Annotated[Weights, Tag("<mapping>")],
        form("pretrained, or a mapping with from", _weights),
        Words("`pretrained`, or see below"),
    ] = optional(
        "A trained network, fetched: from the places named, or `pretrained`, the published weights of a zoo's "
        "`MODEL.TAG`. A `.pt2` has its weights in it.",
    )
    input: Input = Input()
    layers: Annotated[list[Layer], Field(min_length=1), Once, Words("list of names")] = Field(
        description="Layers to read. VGGs: `conv1_1` … `conv5_3`, `pool1` … `pool5`, `fc6`, `fc7`, `fc8`, or "
        "torchvision's names for them (`features.28`); pixels: `image`; any other network: its nodes' names, as "
        "torchvision's `feature_extraction` gives them (`layer4.1.relu_1`), or its modules'. A module's name reads "
        "its last node. The study lists them all, with their shapes and how they were found (torch.fx, torch.export "
        "or hooks), in `networks/{network}/layers.csv`, and stops if one is unknown. Before a layer is read, three "
        "pictures are read twice, one of them alone, and held against a plain forward hook: where responses differ, "
        "the job stops and says why."
    )
    rectified: bool = Field(
        True,
        description="Read a layer after its ReLU (and the batch norm before that), or before both. The ReLU makes "
        "negative responses zero, so after it more units never vary, and the counts differ. Where none directly "
        "follows, as after pools, `fc8`, pixels and the sums of transformers, it makes no difference: `rectified_by` "
        "in `layers.csv` names the ReLU or says so, and so do the terminal and the logs.",
    )
    seeds: Annotated[list[Seed], Field(min_length=1), Once, Words("list of whole numbers")] = Field(
        description="Each seed is a network of its own: other initial weights, another order of training. Inference "
        "about a way of training is over seeds."
    )
    initialisation: Initialisation = optional(
        "Distribution of the initial weights; biases are zero. Not of a fetched network. Of a VGG, the three `_normal` "
        "schemes of one seed, left untrained, are one network up to a factor a layer, which nothing here depends on; "
        "so are the `_uniform` ones. So `untrained` seed 0 is where a VGG trained from `kaiming_normal` seed 0 began. "
        "Where branches are summed (ResNets, transformers) the factors matter: give an untrained one the scheme of the "
        "trained.",
        "`xavier_normal`",
    )
    training: Training = optional()

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> Self:
        exported = self.architecture.source.endswith(".pt2")
        if exported and not (self.weights or self.initialisation or self.training):
            self.weights = "pretrained"
        if not self.weights:
            self.initialisation = self.initialisation or "xavier_normal"
            return self
        for needless in ("initialisation", "training"):
            if getattr(self, needless):
                refuse("the weights of this network are fetched. Leave out one of the two", needless)
        if self.seeds != [0]:
            refuse(f"{self.seeds}; fetched weights are one network. Write [0]", "seeds")
        return self
