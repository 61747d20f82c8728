"""Write exported.pt2 beside this file: the network of mine.py as an exported program, with the weights of one seed.

./with-env python config/examples/networks/export.py
"""

from pathlib import Path

import torch
from mine import residual

torch.manual_seed(1)
network, pictures = residual(channels=24, blocks=1).eval(), torch.zeros(2, 3, 64, 64)
batches_of_any_size = {0: torch.export.Dim.DYNAMIC}
program = torch.export.export(network, (pictures,), dynamic_shapes=(batches_of_any_size,))
torch.export.save(program, Path(__file__).with_name("exported.pt2"))
