"""Networks with weights drawn anew."""

from mien.networks import build
from mien.networks.initialisation import initialise


def initialised(architecture, seed=1, scheme="kaiming_normal"):
    network = build.build(architecture)
    initialise(network, scheme, seed)
    return network
