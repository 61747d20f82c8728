"""Which format a weight file is in, told by its bytes: files are renamed, and servers send error pages as files."""

import re
from pathlib import Path

from mien.errors import InputError

TORCH_ZIP = "PyTorch (zip)"
TORCH_LEGACY = "PyTorch (before 1.6)"
SAFETENSORS = "safetensors"
KERAS = "Keras HDF5"
MATCONVNET = "MatConvNet"

_HEAD_BYTES = 4096

#: What a file of a readable format starts with. PyTorch's old format begins with a pickle of its magic number,
#: 0x1950a86a20f9469cfc6c (torch/serialization.py).
_READABLE = (
    (rb"PK\x03\x04", TORCH_ZIP),
    (rb"\x80.\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19", TORCH_LEGACY),
    (rb".{4}\x00{4}\{", SAFETENSORS),  # the length of its JSON header in eight bytes, then the header
    (rb"\x89HDF\r\n\x1a\n", KERAS),
    (rb"MATLAB 5\.0 MAT-file", MATCONVNET),
)

_INSTEAD = (
    "no library that mien uses reads it. VGG-Face is also published as vgg_face_dag.pth (PyTorch), "
    "rcmalli_vggface_tf_vgg16.h5 (Keras) and vgg-face.mat (MatConvNet): config/README.md says where"
)

#: What a file starts with that holds no weights, or none that can be read, and what to do about it.
_REFUSED = (
    (rb"\Z", "the file is empty. Delete it and fetch it again"),
    (
        rb"(\xef\xbb\xbf)?\s*<",
        "a web page (HTML or XML), not a weight file: the address leads to a notice, a log-in or an error page. "
        "Fetch the file with a browser and give its path instead",
    ),
    (
        rb"version https://git-lfs",
        "a Git LFS pointer of three lines, not the weights it points to. Run 'git lfs pull' where it came from",
    ),
    (rb"\x1f\x8b|BZh|\xfd7zXZ", "a compressed archive. Unpack it and give the weight file that is in it"),
    (
        rb"MATLAB 7\.3 MAT-file",
        "a MATLAB 7.3 file, which is not read here. Load it in MATLAB and save it again with -v7",
    ),
    (rb"\x04\x00{3}.{4}.{1}\x00{3}V \d", f"a Torch7 file (.t7): {_INSTEAD}"),
    (rb"\n[\x01-\x7f][ -~]+[\x12\x1a\xa2]", f"a Caffe model: {_INSTEAD}"),
    (
        rb"\x80[\x02-\x05]",
        "a Python pickle that PyTorch did not write; loading it could run any code, so it is never read. "
        "Save the weights as safetensors, or as a state dict with torch.save",
    ),
)


def format_of(path: str | Path) -> str:
    """The format of a weight file: one of `TORCH_ZIP`, `TORCH_LEGACY`, `SAFETENSORS`, `KERAS` and `MATCONVNET`.

    Raises:
        InputError: the file is missing, or holds something else; the message says what, and what to give instead.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    for start, known in _READABLE:
        if re.match(start, head, re.DOTALL):
            return known
    for start, refusal in _REFUSED:
        if re.match(start, head, re.DOTALL):
            raise InputError(f"{path}: {refusal}")
    raise InputError(
        f"{path}: not a weight file of a known format. Expected a PyTorch state dict, safetensors, a Keras HDF5 file "
        f"or a MatConvNet .mat file; found a file that starts with {head[:16]!r}"
    )
