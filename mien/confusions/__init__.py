"""Confusion matrices of networks and people, and how like each other they are."""
