"""Fixtures for tests that read files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def evil(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of hostile and damaged files, made afresh, with `index.json` that says what must happen to each."""
    folder = tmp_path_factory.mktemp("evil")
    maker = shared_dir / "evil" / "make_evil.py"
    subprocess.run([sys.executable, maker, folder], check=True, timeout=60, stdout=subprocess.DEVNULL)
    return folder
