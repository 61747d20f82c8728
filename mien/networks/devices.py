"""What computes: a GPU or the processor, and how many of its threads."""

import ctypes
import os
import sys

import torch

from mien.errors import InputError


def choose_device(name: str) -> torch.device:
    """The device called `auto` (a GPU where there is one), `cpu` or `cuda`, set to full float32 and to repeat itself.

    Raises:
        InputError: `cuda` where torch finds none.
    """
    if name == "cuda" and not torch.cuda.is_available():
        raise InputError("device 'cuda': torch finds no GPU here; set device to auto or cpu")
    device = torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    if device.type == "cuda":
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what torch asks for before matrix products repeat
        # adaptive pooling, as in AlexNet, has no gradient that repeats: it trains with a warning rather than not at all
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.backends.cudnn.benchmark = False
    return device


def set_up(name: str, threads: int) -> torch.device:
    """The device that computes, chosen as by `choose_device`, with so many threads of the CPU as by `set_threads`."""
    set_threads(threads)
    return choose_device(name)


def made_on(device: torch.device) -> dict[str, str]:
    """What computed a result, for its metadata."""
    return {"device": device.type, "precision": "float32"}


def set_threads(n: int) -> None:
    """Compute with n threads on the CPU; sums, and so results, depend on their number.

    Also has glibc reuse the memory of large tensors rather than fetch zeroed pages from the kernel for every batch:
    training is 1.1 to 1.5 times as fast.
    """
    torch.set_num_threads(n)
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        trim_threshold, mmap_threshold = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h
        libc.mallopt(mmap_threshold, 2**25)  # the largest that glibc takes
        libc.mallopt(trim_threshold, 2**31 - 1)
