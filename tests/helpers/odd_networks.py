"""Networks that are hard to read, and what is read of them."""

import torch
from torch import nn


def value_of(traced, name, batch):
    """What a node gives, on its own."""
    told = []
    traced.reading([name])(batch, lambda _, value: told.append(value))
    (value,) = told
    return value


def values(traced, batch):
    """Every value by its name, as it is when it is computed, and the output."""
    found = {}

    def see(name, value):
        found[name] = value.clone() if isinstance(value, torch.Tensor) else value

    return found, traced.values(batch, see)


class Layers(nn.Module):
    """Linear layers `a`, `b` and `c`, and what a test does with them."""

    def __init__(self, do):
        super().__init__()
        torch.manual_seed(2)
        self.a, self.b, self.c = (nn.Linear(6, 6) for _ in range(3))
        self.relu = nn.ReLU(inplace=True)
        self.do = do

    def forward(self, x):
        return self.do(self, x)


class Block(nn.Module):
    """A residual block that works in place, crops what has an odd number of columns, and uses one ReLU three times."""

    def __init__(self, channels, norm=nn.BatchNorm2d):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, channels, 3, padding=1), norm(channels)
        self.conv2, self.bn2 = nn.Conv2d(channels, channels, 3, padding=1), norm(channels)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        if x.shape[-1] % 2:  # torch.fx cannot follow this
            x = x[..., :-1]
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y += x
        return self.relu(y)


class Residual(nn.Module):
    """Two blocks, with a branch by the number of pictures, and several outputs by name."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(5)
        self.stem = nn.Conv2d(3, 4, 3)
        self.layer1 = nn.Sequential(Block(4), Block(4))
        self.relu6, self.fc = nn.ReLU6(inplace=True), nn.Linear(4, 5)

    def forward(self, x):
        if x.shape[0] > 1:
            x = x * 1.0
        x = self.relu6(self.layer1(self.stem(x)))
        x = x.mean((2, 3)).squeeze().reshape(x.shape[0], -1)
        return {"classes": self.fc(x), "features": (torch.clamp_min(x - 0.1, 0), x)}


class ByContent(Residual):
    """Decides by what is in the pictures, which only hooks can follow."""

    def forward(self, x):
        if x.mean() > 100:
            x = -x
        x = self.layer1(self.stem(x))
        return self.fc(self.relu6(x).mean((2, 3)))


class ByType(Residual):
    """Asks whether it is given a tensor, of which torch.fx's stand-in is none: it goes astray and does not notice."""

    def forward(self, x):
        x = self.stem(x)
        if not isinstance(x, torch.Tensor):
            x = x * 0.5
        return self.fc(self.relu6(x).mean((2, 3)))


class Row(nn.Module):
    """A chain, which anything can trace."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(6)
        self.conv, self.relu, self.fc = nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True), nn.Linear(4, 5)

    def forward(self, x):
        return self.fc(self.relu(self.conv(x)).mean((2, 3)))
