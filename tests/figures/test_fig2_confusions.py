"""Figure 2 on planted tables."""

import numpy as np

from tests.helpers.drawing import FOCUS


def test_confusions_average_over_seeds_and_leave_people_as_published(tables, drawn):
    _, panels = drawn("fig2_confusions")
    table = tables["confusion"]
    chosen = table[(table["set"] == "controlled") & (table["true_expression"] == "fear")]
    chosen = chosen[chosen["response_expression"] == "surprise"]
    of_network = chosen[(chosen["observer"] == FOCUS) & (chosen["layer"] == "conv5_3")]
    expected = {
        "a": of_network.loc[of_network["group"] == "selective", "proportion"].mean(),
        "b": chosen.loc[chosen["observer"] == "human", "proportion"].item(),
    }
    for panel, value in expected.items():
        entry = panels[panel].set_index(["true_expression", "response_expression"]).loc[("fear", "surprise")]
        assert entry["proportion"] == value
    assert panels["a"]["seeds"].unique().tolist() == [2]


def test_correlations_are_drawn_with_the_interval_of_the_table(tables, drawn):
    figure, panels = drawn("fig2_confusions")
    rows = tables["similarity"].query(
        "network == @FOCUS and layer == 'conv5_3' and seed == 1 and group == 'selective' and set == 'controlled'"
        " and statistic == 'pearson' and entries == 'off_diagonal'"
    )
    found = panels["c"].query("seed == 1 and group == 'selective' and entries == 'off_diagonal' and network == @FOCUS")
    columns = ["value", "noise_corrected", "low", "high", "uniform_errors", "p_corrected"]
    assert found[columns].iloc[0].tolist() == rows[columns].iloc[0].tolist()
    axes = next(axes for axes in figure.axes if axes.get_title(loc="left") == "30 off-diagonal entries")
    drawn_ = [part[:, 0].tolist() for lines in axes.collections if hasattr(lines, "get_segments")
              for part in lines.get_segments() if len(part)]  # fmt: skip
    assert any(np.array_equal(part, rows[["low", "high"]].iloc[0].tolist()) for part in drawn_)
