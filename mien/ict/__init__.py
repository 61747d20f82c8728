"""Faces of the ICT face model (MIT): the model, what moves it, what it looks like, and pictures of it."""

from mien.ict.people import Faces, Identity

__all__ = ["Faces", "Identity"]
