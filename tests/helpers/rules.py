"""What the rules of the workflow say of themselves, read as text."""

import re
from pathlib import Path


def rules(project: Path) -> dict[str, str]:
    """The text of each rule, by its name."""
    texts = {}
    for file in [project / "Snakefile", *sorted((project / "workflow/rules").glob("*.smk"))]:
        _, *parts = re.split(r"^rule (\w+):$", file.read_text(), flags=re.MULTILINE)
        texts |= dict(zip(parts[::2], parts[1::2], strict=True))
    return texts


def scripts(project: Path) -> dict[str, str]:
    """The script of each rule that has one, by the rule's name."""
    found = {name: re.search(r'script:\s+"\.\./scripts/(\w+)\.py"', text) for name, text in rules(project).items()}
    return {name: script[1] for name, script in found.items() if script}
