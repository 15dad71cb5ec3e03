"""The real server with the demo's content in folders of its own, served as `make run` serves it, for tests from outside.

The demo is made once for a session, by real migrations, on the database that TEST_DATABASE_URL names (else on SQLite); each
server gets a copy.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

REPOSITORY = Path(__file__).resolve().parents[1]
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass(frozen=True)
class Demo:
    """The demo's content, made once: a folder to copy, and the PostgreSQL database that goes with it (empty: SQLite)."""

    folder: Path
    database_url: str

    @contextmanager
    def copied_to(self, folder: Path) -> Iterator[dict[str, str]]:
        """Give the environment in which a server runs on its own copy, and in which a test's own commands reach it."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        if not self.database_url:
            yield environment_of(folder)
            return
        copy = f"{self.database_url}_{uuid.uuid4().hex[:8]}"
        create_database(copy, template=self.database_url)
        try:
            yield environment_of(folder, copy)
        finally:
            drop_database(copy)


def make_demo(folder: Path) -> Demo:
    """Return the demo below `folder`, made by the first of xdist's workers that asks for it."""
    stamp = folder / "made"
    with FileLock(folder / "lock", timeout=600):
        if stamp.exists():
            return Demo(folder / "demo", stamp.read_text())
        base, database_url = os.environ.get("TEST_DATABASE_URL"), ""
        if base:
            database_url = f"{base.rpartition('/')[0]}/academy_demo_{uuid.uuid4().hex[:8]}"
            create_database(database_url)
            (folder / "database").write_text(database_url)
        environment = environment_of(folder / "demo", database_url)
        for command in (["migrate", "--verbosity", "0"], ["seed_demo"], ["rebuild_index"]):
            manage(environment, *command)
        stamp.write_text(database_url)
        return Demo(folder / "demo", database_url)


def forget_demo(folder: Path) -> None:
    """Drop the demo's database, if one was made; the folder goes with the session's other temporary files."""
    if (folder / "database").exists():
        drop_database((folder / "database").read_text())


def environment_of(folder: Path, database_url: str = "") -> dict[str, str]:
    """Return the environment in which a server runs in `folder`, on SQLite there or on the given database."""
    not_inherited = {"DATABASE_URL", "MEDIA_ROOT", "SEARCH_INDEX_DIR", "TEST_DATABASE_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in not_inherited}
    own = {
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
        "BASE_URL": f"http://127.0.0.1:{free_port()}",
    }
    return kept | own | ({"DATABASE_URL": database_url} if database_url else {})


def create_database(url: str, template: str = "template1") -> None:
    _administer(url, f'CREATE DATABASE "{_name(url)}" TEMPLATE "{_name(template)}"')


def drop_database(url: str) -> None:
    _administer(url, f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')


def _administer(url: str, statement: str) -> None:
    """Run a statement on the database that TEST_DATABASE_URL names, beside which the tests make theirs."""
    import psycopg2

    connection = psycopg2.connect(os.environ["TEST_DATABASE_URL"])
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def manage(environment: dict[str, str], *command: str) -> str:
    """Run one of the project's commands in a server's environment, and return what it printed."""
    run = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=REPOSITORY,
        env=environment,
        check=True,
        timeout=600,
        capture_output=True,
        text=True,
    )
    return run.stdout


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """Serve what the environment names, and give the server's address."""
    url, path = environment["BASE_URL"], Path(environment["VAR_DIR"]) / "server.log"
    with path.open("wb") as log:
        server = subprocess.Popen(
            [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--port", url.rpartition(":")[2],
             "--blocking-threads", "4", "--log-level", "warning", "cms.wsgi:application"],
            cwd=REPOSITORY, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_for(f"{url}/healthz", server, path)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers; fail with its own words when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"the server did not answer: {log.read_text()[-2000:]}")
