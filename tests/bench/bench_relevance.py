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

COLLECTIONS = Path(__file__).parents[3] / "shared" / "relevance"
REPOSITORY = Path(__file__).parents[2]


def run() -> list[tuple[str, str, str]]:
    """Rows of name, figure and target for `make bench`."""
    folders = [str(path) for path in sorted(COLLECTIONS.glob("*/")) if (path / "docs.jsonl").is_file()]
    if not folders:
        return [("relevance", "skipped: the judged collections are not beside the project", "")]
    return [row for folder in folders for row in _rows(folder)]


def _rows(folder: str) -> list[tuple[str, str, str]]:
    command = [sys.executable, "manage.py", "evaluate_search", folder, "--baseline", "--json", "-"]
    told = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    figures = {row["engine"]: row for row in json.loads(told)}
    name, clean = Path(folder).name, figures["search"]["ndcg_at_10"]
    rows = [(f"nDCG@10 {name}", f"{clean:.3f}", f"≥ {figures['plain BM25']['ndcg_at_10']:.3f} (plain BM25)")]
    if typos := figures.get("search, mistyped"):
        share = typos["ndcg_at_10"] / clean if clean else 0.0
        rows.append((f"nDCG@10 {name}, mistyped", f"{typos['ndcg_at_10']:.3f} ({share:.0%} of clean)", "≥ 90 %"))
    return rows


if __name__ == "__main__":
    for row in run():
        print(*row, sep=" · ")
