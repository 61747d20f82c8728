"""`stimuli`: the sets of pictures, and what they are made of."""

from typing import Annotated, Literal

from pydantic import Field, Tag

from mien.configuration.sections import Digest, Section, Sources, Words, form
from mien.configuration.sets import Sets


class FaceModel(Section):
    """The ICT-FaceKit face model."""

    sources: Sources = Field(
        ["https://github.com/ICT-VGL/ICT-FaceKit/archive/da5f95a607f5e6b37755b38d3385d7f2853732e5.zip"],
        alias="from",
        description="The archive of the upstream repository at the one commit that is supported, or a copy of it: the "
        "zip, a folder (a clone), or a compact `face_model.npz` made of it. Tried in order, what is on this machine "
        "first. Whatever it is, its content is checked against the digests of that commit's shapes.",
    )
    sha256: Digest = Field(None, description="Of the file. `null`: recorded at the first download.")


class Eyes(Section):
    """Where the eyes come to lie, in shares of the picture's side."""

    distance: Annotated[float, Field(ge=0.05, le=0.9)] = Field(
        0.28, description="From one eye's middle to the other's."
    )
    height: Annotated[float, Field(ge=0.05, le=0.95)] = Field(
        0.4, description="From the picture's top to the line between them."
    )


class Photographs(Section):
    """How photographs become stimuli."""

    grey: Literal["bt601", "bt709"] = Field(
        "bt601",
        description="Luma by ITU-R BT.601, as Matlab's `rgb2gray`, OpenCV and Pillow form it, or by BT.709.",
    )
    align: Literal["eyes", "person"] = Field(
        "eyes",
        description="Every picture by its own eyes; or all of an identity's by their mean eyes, which keeps how the "
        "head moved between them and needs pictures of one size. Never by the mouth: that makes faces that smile or "
        "gape larger or smaller, and size would be a cue.",
    )
    eyes: Eyes = Eyes()
    cut_out: Literal["outline", "ellipse", "none"] = Field(
        "outline",
        description="At the face's own outline; at an ellipse of one shape about the eyes, which hides the jaw's; or "
        "not at all.",
    )
    edge: Annotated[float, Field(ge=0), Words("pixels, 0 or more")] = Field(
        0, description="Over which a cut-out fades, inwards. 0 is a hard edge."
    )
    match: Literal["none", "mean_sd", "histogram"] = Field(
        "none",
        description="Luminance inside the cut-outs, made alike over a whole set as by the SHINE toolbox (Willenbockel "
        "et al. 2010): mean and standard deviation, or the histogram. None by default, as it changes pictures; the "
        "contact sheets and table `confounds` say whether it is needed.",
    )


class Landmarks(Section):
    """Where eyes, mouth and outline are in photographs."""

    files: Annotated[
        Annotated[
            Annotated[str, Tag("<text>")] | Annotated[dict[str, str], Tag("<mapping>")],
            form("a folder or a CSV of landmarks, or {SET: folder or CSV}"),
        ]
        | None,
        Words("a folder or a CSV, or `{SET: folder or CSV}`"),
    ] = Field(
        None,
        description="Given landmarks, relative to the folder where Snakemake runs; one folder or CSV is for all sets "
        "of photographs, and the detector is then not used; of `{SET: …}`, sets that are not named are looked at by "
        "the detector. See below.",
    )
    sources: Sources = Field(
        [
            "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/"
            "face_landmarker.task"
        ],
        alias="from",
        description="The detector's model, or copies of it. Tried in order, what is on this machine first.",
    )
    sha256: Digest = Field(
        "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
        description="Of the model. `null`: recorded at the first download.",
    )


class Stimuli(Section):
    """All pictures that networks see."""

    size: Annotated[int, Field(ge=16)] = Field(
        description="Side of every picture, pixels. A network resizes to its own input."
    )
    seed: Annotated[int, Field(ge=0)] = Field(1, description="Another seed, other identities and other pictures.")
    face_model: FaceModel = FaceModel()
    photographs: Photographs = Photographs()
    landmarks: Landmarks = Landmarks()
    sets: Sets
