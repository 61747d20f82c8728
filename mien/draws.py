"""Random draws that depend on nothing but their name: the same study gives the same numbers in any order of jobs."""

import hashlib

import numpy as np


def seed_of(*key: object) -> int:
    """A 63-bit seed from the parts of a name, such as `("embedded", "localizer", "identity", 3)`."""
    text = "/".join(str(part) for part in key)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator(*key: object) -> np.random.Generator:
    """A generator of its own for each name; two names never share a stream."""
    return np.random.default_rng(seed_of(*key))
