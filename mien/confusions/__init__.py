"""Confusion matrices of networks and participants, and how like each other they are."""
