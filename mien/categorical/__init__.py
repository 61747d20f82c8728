"""Categorical perception of morphs: identification and discrimination."""
