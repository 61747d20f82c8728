"""Databases of photographed expressions as data: how each names its pictures, and what it can and cannot give.

Light to import: a study's configuration is checked against these entries.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mien.expressions import KNOWN


class Filter(NamedTuple):
    """A choice among a database's pictures, such as the view."""

    values: Mapping[str, str]  #: what a study may say, and what it is in a file's name, both in small letters
    default: tuple[str, ...]  #: the values that are taken, most wanted first
    reason: str  #: for which all others are left out


class Database(NamedTuple):
    """A database. Patterns match a file's name without its ending, in small or capital letters."""

    pattern: str  #: with a group for each filter, for what forms the identity and, where names tell it, `expression`
    codes: Mapping[str, str]  #: what stands for an expression, and the expression or the reason to leave it out
    example: str  #: a picture that is taken
    asked_at: str  #: where a lab asks for it
    identity: str | None = None  #: made of the pattern's groups; None where nobody is named
    filters: Mapping[str, Filter] = {}
    endings: tuple[str, ...] = (".jpg",)  #: formats it comes in; a copy in another format comes after these
    others: Mapping[str, str] = {}  #: patterns of its files that are no photographs of an expression, and why not
    labels: str = "names"  #: where the expression stands: in the `names`, or a key of `label_files.READERS`


#: What databases call expressions. Those that a study does not have are left out and counted.
WORDS = (*KNOWN, "calm")
NO_EXPRESSION = "no expression of the study"

_LETTERS = {
    "an": "anger",
    "di": "disgust",
    "fe": "fear",
    "ha": "happiness",
    "ne": "neutral",
    "sa": "sadness",
    "su": "surprise",
}
_MOUTH = {"closed": "c", "open": "o"}

DATABASES = {
    "KDEF": Database(
        pattern=r"(?P<session>[AB])(?P<sex>[FM])(?P<number>\d\d)(?P<expression>AF|AN|DI|HA|NE|SA|SU)"
        r"(?P<view>S|FL|HL|HR|FR)",
        codes={code: word for code, word in _LETTERS.items() if code != "fe"} | {"af": "fear"},  # "afraid"
        example="AF01AFS.JPG",
        asked_at="kdef.se",
        identity="{sex}{number}",  # A and B are two sessions of one person
        filters={
            "view": Filter(
                {"straight": "s", "half left": "hl", "full left": "fl", "half right": "hr", "full right": "fr"},
                ("straight",),
                "other view",
            ),
            "session": Filter({"a": "a", "b": "b"}, ("a", "b"), "other session"),
        },
        others={r"[FM](AF|AN|DI|HA|NE|SA|SU)(S|FL|HL|HR|FR)": "average face"},  # AKDEF
    ),
    "NimStim": Database(
        pattern=r"(?P<model>\d\d)(?P<sex>[FM])_(?P<expression>AN|CA|DI|FE|HA|NE|SA|SP)_(?P<mouth>[OCX])",
        codes={code: word for code, word in _LETTERS.items() if code != "su"} | {"sp": "surprise", "ca": "calm"},
        example="01F_AN_C.BMP",
        asked_at="macbrain.org",
        identity="{model}{sex}",
        # surprise was taken with an open mouth only; X is a happiness that is called exuberant
        filters={"mouth": Filter(_MOUTH | {"exuberant": "x"}, ("closed", "open"), "other mouth")},
        endings=(".bmp", ".jpg", ".jpeg"),
    ),
    "RaFD": Database(
        pattern=r"(?P<prefix>.*?)Rafd(?P<camera>\d{3})_(?P<number>\d\d)_(?P<who>Caucasian|Moroccan|Kid)_(fe)?male_"
        r"(?P<expression>angry|contemptuous|disgusted|fearful|happy|neutral|sad|surprised)_"
        r"(?P<gaze>frontal|left|right)",
        codes={
            "angry": "anger",
            "contemptuous": "contempt",
            "disgusted": "disgust",
            "fearful": "fear",
            "happy": "happiness",
            "neutral": "neutral",
            "sad": "sadness",
            "surprised": "surprise",
        },
        example="Rafd090_01_Caucasian_female_angry_frontal.jpg",
        asked_at="rafd.socsci.ru.nl",
        identity="{number}",
        filters={
            "camera": Filter({angle: angle for angle in ("000", "045", "090", "135", "180")}, ("090",), "other camera"),
            "gaze": Filter({side: side for side in ("frontal", "left", "right")}, ("frontal",), "other gaze"),
            # all 67 identities, as many as the publication's figures count
            "who": Filter(
                {who: who for who in ("caucasian", "moroccan", "kid")},
                ("caucasian", "moroccan", "kid"),
                "other identities",
            ),
        },
    ),
    "AffectNet": Database(
        pattern="",
        codes={
            "0": "neutral",
            "1": "happiness",
            "2": "sadness",
            "3": "surprise",
            "4": "fear",
            "5": "disgust",
            "6": "anger",
            "7": "contempt",
            "8": NO_EXPRESSION,
            "9": "uncertain",
            "10": "no face",
        },
        example="Manually_Annotated_file_lists/training.csv, or train_set/images/0.jpg with annotations/0_exp.npy",
        asked_at="mohammadmahoor.com",
        # a network that was trained on AffectNet is tested on the validation part only
        filters={
            "part": Filter(
                {"training": "training", "validation": "validation"}, ("training", "validation"), "other part"
            )
        },
        labels="affectnet",
    ),
    "JAFFE": Database(
        pattern=r"(?P<initials>[A-Z]{2})\.(?P<expression>AN|DI|FE|HA|NE|SA|SU)(?P<number>\d)\.\d+",
        codes=_LETTERS,
        example="KA.AN1.39.tiff",
        asked_at="zenodo.org/records/14974867",
        identity="{initials}",
        endings=(".tiff", ".tif"),
    ),
    "FACES": Database(
        pattern=r"(?P<model>\d{3})_(?P<age>[omy])_[mf]_(?P<expression>[adfhns])_(?P<version>[ab])",
        codes={"a": "anger", "d": "disgust", "f": "fear", "h": "happiness", "n": "neutral", "s": "sadness"},
        example="004_o_m_a_a.jpg",
        asked_at="faces.mpdl.mpg.de",
        identity="{model}",
        filters={
            "age": Filter({"young": "y", "middle": "m", "old": "o"}, ("young", "middle", "old"), "other age"),
            "version": Filter({"a": "a", "b": "b"}, ("a", "b"), "other version"),
        },
    ),
    "CFD": Database(
        pattern=r"CFD-(?P<group>[ABLWIM])(?P<sex>[FM])-(?P<model>\d{3})-(?P<number>\d{3})-"
        r"(?P<expression>[NAF](?![CO])|H(?=[CO]))(?P<mouth>[CO]?)",
        codes={"n": "neutral", "a": "anger", "f": "fear", "h": "happiness"},
        example="CFD-WF-001-011-HC.jpg",
        asked_at="chicagofaces.org",
        identity="{group}{sex}-{model}",
        filters={"mouth": Filter(_MOUTH, ("closed", "open"), "other mouth")},
    ),
    "CK+": Database(
        pattern=r"(?P<person>S\d{3})_(?P<number>\d{3})_\d{8}",
        codes={
            "0": "neutral",
            "1": "anger",
            "2": "contempt",
            "3": "disgust",
            "4": "fear",
            "5": "happiness",
            "6": "sadness",
            "7": "surprise",
        },
        example="cohn-kanade-images/S005/001/S005_001_00000011.png with Emotion/S005/001/S005_001_00000011_emotion.txt",
        asked_at="ckplus.jeffcohn.net",
        identity="{person}",
        endings=(".png",),
        labels="ck+",
    ),
    "RAF-DB": Database(
        pattern=r"(?P<picture>(?P<part>train|test)_\d+)(?P<version>_aligned)?",
        codes={
            "1": "surprise",
            "2": "fear",
            "3": "disgust",
            "4": "happiness",
            "5": "sadness",
            "6": "anger",
            "7": "neutral",
        },
        example="Image/aligned/train_00001_aligned.jpg with EmoLabel/list_patition_label.txt",
        asked_at="whdeng.cn/raf",
        filters={
            "part": Filter({"training": "train", "validation": "test"}, ("training", "validation"), "other part"),
            "version": Filter({"aligned": "_aligned", "original": ""}, ("aligned",), "other version"),
        },
        labels="raf-db",
    ),
    "BU-3DFE": Database(
        pattern=r"(?P<sex>[FM])(?P<model>\d{4})_(?P<expression>AN|DI|FE|HA|NE|SA|SU)(?P<strength>\d\d)[A-Z]{2}_F2D",
        codes=_LETTERS,
        example="F0001_AN04WH_F2D.bmp",
        asked_at="Binghamton University",
        identity="{sex}{model}",
        filters={"strength": Filter({f"0{step}": f"0{step}" for step in range(1, 5)}, ("04",), "other strength")},
        endings=(".bmp",),
    ),
}


def expressions_of(database: Database, expressions: Iterable[str]) -> tuple[str, ...]:
    """Those of some expressions that a database shows."""
    return tuple(expression for expression in expressions if expression in database.codes.values())
