import numpy as np

from mien.draws import generator
from mien.statistics.resampling import resample, weigh


def test_weights_go_with_names_and_not_with_places():
    names = ["c", "a", "b", "d"]
    weights = resample(names, 50, "test")
    again = resample(names[::-1], 50, "test")
    assert (weights == again[:, ::-1]).all()
    assert (weights.sum(axis=1) == 4).all() and weights.std() > 0.5
    assert (weights != resample(names, 50, "other")).any()
    assert resample([], 3, "test").shape == (3, 0)


def test_each_identity_is_drawn_as_often_as_another():
    weights = resample([str(i) for i in range(20)], 4000, "test", "mean")
    assert np.abs(weights.mean(axis=0) - 1).max() < 5 / np.sqrt(4000)
    assert abs(weights.var() - (1 - 1 / 20)) < 0.05  # the binomial's


def test_weighing_is_resampling():
    counts = generator("test", "counts").integers(0, 5, (6, 2, 3))
    weights = resample([str(i) for i in range(6)], 10, "test")
    for summed, row in zip(weigh(weights, counts), weights.astype(int), strict=True):
        drawn = np.repeat(np.arange(6), row)  # each identity as often as it was drawn
        assert (summed == counts[drawn].sum(axis=0)).all()
