"""Stimulus sets and diets: labelled pictures, made by the workflow or the user's own."""
