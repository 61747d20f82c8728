"""Photographs that a lab holds: found, read, aligned, cut out, matched and morphed into stimulus sets."""
