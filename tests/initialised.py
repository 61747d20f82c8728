"""Networks with weights drawn anew."""

from mien import networks
from mien.initialisation import initialise


def initialised(architecture, seed=1, scheme="kaiming_normal"):
    network = networks.build(architecture)
    initialise(network, scheme, seed)
    return network
