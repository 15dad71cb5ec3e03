"""Why: a change of ranking is an opinion until it is measured on collections in which people have judged what answers
what.

The figures are those of `manage.py evaluate_search` over the judged collections beside the project (see its README
there), next to plain BM25 on the same data.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import fmean

COLLECTIONS = Path(__file__).parents[3] / "shared" / "relevance"
REPOSITORY = Path(__file__).parents[2]


def run() -> list[tuple[str, str, str]]:
    """Rows of name, figure and target for `make bench`."""
    folders = [str(path) for path in sorted(COLLECTIONS.glob("*/")) if (path / "docs.jsonl").is_file()]
    if not folders:
        return [("relevance", "skipped: the judged collections are not beside the project", "")]
    measured = {Path(folder).name: _figures(folder) for folder in folders}
    return [row for name, figures in measured.items() for row in _rows(name, figures)] + _by_meaning(measured)


def _figures(folder: str) -> dict[str, dict]:
    command = [sys.executable, "manage.py", "evaluate_search", folder, "--baseline", "--json", "-"]
    told = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    return {row["engine"]: row for row in json.loads(told)}


def _by_meaning(measured: dict[str, dict[str, dict]]) -> list[tuple[str, str, str]]:
    """What the second stage brings, over all collections; nothing where it is not installed."""
    gains = [
        figures["search with meaning"]["ndcg_at_10"] / figures["search"]["ndcg_at_10"] - 1
        for figures in measured.values()
        if "search with meaning" in figures
    ]
    if not gains:
        return [("nDCG@10 with meaning", "skipped: pip install -r requirements-semantic.txt", "")]
    return [
        (
            "nDCG@10 with meaning",
            f"{fmean(gains):+.1%} on average, {min(gains):+.1%} at least",
            "≥ +5 %, never less than 0",
        )
    ]


def _rows(name: str, figures: dict[str, dict]) -> list[tuple[str, str, str]]:
    clean = figures["search"]["ndcg_at_10"]
    rows = [(f"nDCG@10 {name}", f"{clean:.3f}", f"≥ {figures['plain BM25']['ndcg_at_10']:.3f} (plain BM25)")]
    if typos := figures.get("search, mistyped"):
        share = typos["ndcg_at_10"] / clean if clean else 0.0
        rows.append((f"nDCG@10 {name}, mistyped", f"{typos['ndcg_at_10']:.3f} ({share:.0%} of clean)", "≥ 90 %"))
    if meant := figures.get("search with meaning"):
        rows.append((f"nDCG@10 {name}, with meaning", f"{meant['ndcg_at_10']:.3f}", f"≥ {clean:.3f} (by words)"))
    return rows


if __name__ == "__main__":
    for row in run():
        print(*row, sep=" · ")
