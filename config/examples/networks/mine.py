"""A network of one's own: residual blocks, and a branch on the size of its input, which torch.fx cannot follow."""

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        inner = self.relu(self.norm1(self.conv1(batch)))
        return self.relu(self.norm2(self.conv2(inner)) + batch)


class Residual(nn.Module):
    def __init__(self, channels: int, blocks: int, classes: int):
        super().__init__()
        self.stem = nn.Conv2d(3, channels, 7, stride=2, padding=3)
        self.pool = nn.MaxPool2d(2)
        self.blocks = nn.Sequential(*(Block(channels) for _ in range(blocks)))
        self.classifier = nn.Linear(channels, classes)

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        batch = self.stem(batch).relu()
        if batch.shape[-1] > 24:  # larger pictures are pooled twice
            batch = self.pool(batch)
        return self.classifier(self.blocks(self.pool(batch)).mean((2, 3)))


def residual(channels: int = 32, blocks: int = 2, classes: int = 24) -> Residual:
    return Residual(channels, blocks, classes)
