import os

import pytest
import torch

from mien.errors import InputError
from mien.networks import devices


def test_auto_takes_a_gpu_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert devices.choose_device("auto") == devices.choose_device("cpu") == torch.device("cpu")
    with pytest.raises(InputError, match="no GPU"):
        devices.choose_device("cuda")
    assert not torch.backends.cuda.matmul.allow_tf32 and not torch.backends.cudnn.allow_tf32


def test_a_gpu_is_asked_to_repeat_itself_and_warns_where_it_cannot(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(os, "environ", {})
    try:
        assert devices.choose_device("auto") == torch.device("cuda")
        assert torch.is_deterministic_algorithms_warn_only_enabled()
        assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"
    finally:
        torch.use_deterministic_algorithms(False)


def test_threads_are_those_asked_for():
    devices.set_threads(2)
    assert torch.get_num_threads() == 2
    devices.set_threads(1)
    assert torch.get_num_threads() == 1
