import pytest

from mien.networks.training.schedules import rate_factor

pytestmark = pytest.mark.usefixtures("one_thread")


def test_the_learning_rate_rises_in_the_warm_up_and_follows_its_schedule():
    rates = [rate_factor(step, 100, {"warm_up": 0.1, "schedule": "cosine"}) for step in range(100)]
    assert rates[0] == 0.1
    assert rates[9] == rates[10] == 1
    assert rates[55] == pytest.approx(0.5)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert 0 < rates[99] < 0.001
    assert {rate_factor(step, 100, {"warm_up": 0, "schedule": "constant"}) for step in range(100)} == {1}
