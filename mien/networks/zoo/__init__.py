"""Zoos of networks, a module each: what it knows, how it builds it, and the layers it has."""
