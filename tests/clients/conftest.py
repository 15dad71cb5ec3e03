"""The served demo with a partner's key, and npm's packages, fetched once for each lock file."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from filelock import FileLock

from tests.serving import Demo, manage, serving

HERE = Path(__file__).resolve().parent
PARTNER = "Example Hospitals NHS Trust"


@pytest.fixture(scope="session")
def served(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a server with the demo's content, and a key of the demo's partner."""
    with demo.copied_to(tmp_path_factory.mktemp("served")) as environment, serving(environment) as url:
        yield url, manage(environment, "create_api_client", PARTNER, "--name", "Client under test").strip()


def missing(word: str) -> NoReturn:
    """Skip with a word; in CI, where it must not go unnoticed, fail with it."""
    if os.environ.get("CI"):
        pytest.fail(word)
    pytest.skip(word)


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder of the packages that package-lock.json names, checked by their hashes as npm fetches them."""
    if not (shutil.which("node") and shutil.which("npm")):
        missing("no node or npm: install them (apt-get install nodejs npm) to run the TypeScript client")
    modules, wanted = HERE / "node_modules", hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = modules / ".made-from"
    with FileLock(HERE / "node_modules.lock", timeout=600):
        if not stamp.exists() or stamp.read_text() != wanted:
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
            made = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=600, check=False)
            if made.returncode:
                missing(f"npm could not fetch the packages of the TypeScript client: {made.stderr[-2000:]}")
            stamp.write_text(wanted)
    return modules


def run_node(folder: Path, *command: Any, **environment: str) -> str:
    """Run node in a folder and return what it printed; fail with its own words."""
    done = subprocess.run(
        ["node", *map(str, command)],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
