"""The names of a study's tables, in order. Light to import, as their schemas are not: the Snakefile plans by them."""

STUDY_TABLES = (
    "cells",
    "selection",
    "sensitivity",
    "accuracy",
    "unit_counts",
    "observer_trials",
    "confusion",
    "similarity",
    "similarity_differences",
    "error_consistency",
    "noise_ceiling",
    "identification",
    "identification_identities",
    "fits",
    "r2_means",
    "r2_tests",
    "discrimination_peaks",
    "discrimination_curves",
)
