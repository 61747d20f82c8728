"""The table of claims as one HTML page that opens offline: a row a claim, in words."""

from collections.abc import Mapping
from html import escape

import pandas as pd

_STYLE = """
body {font: 15px/1.45 system-ui, sans-serif; color: #222; margin: 2rem auto; max-width: 90rem; padding: 0 1rem}
table {border-collapse: collapse; width: 100%}
th, td {text-align: left; vertical-align: top; padding: .6rem .8rem; border-bottom: 1px solid #ddd;
        overflow-wrap: anywhere}
th {position: sticky; top: 0; background: #fff; box-shadow: inset 0 -2px #222; overflow-wrap: normal}
td:first-child {min-width: 14rem} td:nth-child(n+2) {min-width: 7rem}
small, .open, summary {color: #666} small {display: block}
.yes {font-weight: 600; color: #005a8c} .no {font-weight: 600; color: #a34700}
"""
_HEADS = (
    "Claim",
    "Published",
    "This study",
    "95 % interval",
    "Finding of this study",
    "Verdict on the publication",
    "Why",
)
#: How findings and verdicts look; any others are open.
_CLASSES = {"holds": "yes", "reproduced": "yes", "does not hold": "no", "not reproduced": "no"}


def page(claims: pd.DataFrame, study: str) -> str:
    """The page.

    Args:
        claims: the study's table `claims`.
        study: its name.
    """
    rows = "\n".join(_row(row) for row in claims.to_dict("records"))
    heads = "".join(f"<th>{head}</th>" for head in _HEADS)
    title = f"Claims of Zhou et al. (2022) in the study {escape(study)}"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n<style>{_STYLE}</style>'
        f"</head>\n<body><h1>{title}</h1>\n<table><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
        "</body></html>\n"
    )


def _row(row: Mapping) -> str:
    row = {key: None if pd.isna(value) else value for key, value in row.items()}
    counts = (f"{int(row[f'n_{of}s'] or 0)} {of}{'s' * (row[f'n_{of}s'] != 1)}" for of in ("network", "seed"))
    cells = [
        f"{_text(row['statement'])}<small><code>{_text(row['claim'])}</code></small>"
        f"<details><summary>rule</summary>{_text(row['rule'])}</details>",
        f"{_value(row['published'], 'no number')}<small>{_text(row['published_source'])}</small>",
        f"{_value(row['value'], 'no value')}<small>{', '.join(counts)}</small>",
        "none" if row["low"] is None else f"{_value(row['low'])} to {_value(row['high'])}",
        _judged(row["finding"]),
        _judged(row["verdict"]),
        _text(row["why"]),
    ]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _judged(words: str) -> str:
    return f'<span class="{_CLASSES.get(words, "open")}">{_text(words)}</span>'


def _text(value: str | None) -> str:
    return escape(value or "")


def _value(value: float | None, missing: str = "none") -> str:
    """A value of any size in two digits or three."""
    if value is None:
        return missing
    digits = 2 if abs(value) >= 0.1 else 3
    text = f"{value:.{digits}f}" if abs(value) < 10 else f"{value:,.{0 if abs(value) >= 100 else 1}f}"
    return text.replace("-", "−")
