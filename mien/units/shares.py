"""How large a share of its units a cell has selective, as it is shown."""

import pandas as pd


def shares_selective(selection: pd.DataFrame) -> pd.DataFrame:
    """Selective units of each cell (`percent`), and what shuffled expressions give, in percent of the layer's units.

    Args:
        selection: the study's table.

    Returns:
        One row a cell: `n_units`, `n_varying`, `n_selective`, `p_count`, `percent`, `null_mean`, `null_low`,
        `null_high`, `percent_of_varying` (of the units that vary; null where all do), and `group`, which is
        `selective`.
    """
    frame = selection[selection["scheme"] == "fixed"]
    counts = frame[["n_selective", "null_mean", "null_low", "null_high"]].astype(float)
    percent = counts.mul(100 / frame["n_units"].astype(float), axis=0).rename(columns={"n_selective": "percent"})
    of_varying = 100 * frame["share_of_varying"].where(frame["n_varying"] < frame["n_units"])
    frame = frame[["network", "layer", "seed", "n_units", "n_varying", "n_selective", "p_count"]].join(percent)
    return frame.assign(percent_of_varying=of_varying, group="selective")
