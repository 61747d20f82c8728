import pytest
import torch

from mien import devices
from mien.errors import InputError


def test_auto_takes_a_gpu_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert devices.choose_device("auto") == devices.choose_device("cpu") == torch.device("cpu")
    with pytest.raises(InputError, match="no GPU"):
        devices.choose_device("cuda")
    assert not torch.backends.cuda.matmul.allow_tf32 and not torch.backends.cudnn.allow_tf32


def test_threads_are_those_asked_for():
    devices.set_threads(2)
    assert torch.get_num_threads() == 2
    devices.set_threads(1)
    assert torch.get_num_threads() == 1
