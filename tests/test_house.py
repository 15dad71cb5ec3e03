"""House rules that no tool checks: every module has a layer, signals have one home, production is strict."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
APPS = ("cms", "programmes", "library", "search", "home")
# Modules that wire the house together and may know everything.
WIRING = {"cms", "cms.wsgi", "cms.health", "cms.middleware", "cms.pictures"}


def modules() -> dict[str, Path]:
    found = {}
    for app in APPS:
        for path in (REPOSITORY / app).rglob("*.py"):
            if "migrations" in path.parts or "demo" in path.parts:
                continue
            dotted = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
            found[dotted.removesuffix(".__init__")] = path
    return found


def layers() -> list[str]:
    contracts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layered = next(contract for contract in contracts if contract["name"] == "Apps import downwards only")
    return [name.strip() for line in layered["layers"] for name in line.split("|")]


def test_every_module_stands_in_a_layer():
    placed = tuple(layers())
    loose = [
        name
        for name in modules()
        if name not in WIRING
        and not name.startswith("cms.settings")
        and not any(name == layer or name.startswith(layer + ".") for layer in placed)
    ]
    assert loose == [], "Give these modules a layer in pyproject.toml"


def test_only_publishing_connects_signals():
    guilty = []
    for name, path in modules().items():
        if name == "cms.publishing.signals":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) and node.args else None
            is_connect = isinstance(called, ast.Attribute) and called.attr == "connect"
            is_receiver = isinstance(node, ast.Name) and node.id == "receiver"
            if is_connect or is_receiver:
                guilty.append(f"{name}:{node.lineno}")
    assert guilty == []


def test_every_module_says_why_it_exists():
    silent = [
        name
        for name, path in modules().items()
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_nothing_imports_the_schema_of_grapple():
    """Importing it builds root queries that leak drafts, and patches a validation rule for the whole process."""
    code = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'cms.settings.test'; django.setup();"
        "import cms.urls, sys; sys.exit('grapple.schema' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True, timeout=60)


NEEDED = {
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "academy.example",
    "BASE_URL": "https://academy.example",
    "DATABASE_URL": "sqlite:///:memory:",
    "MEDIA_ROOT": "media",
    "SEARCH_INDEX_DIR": "index",
    "EMAIL_URL": "console:",
}


def start_production(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "import cms.settings.production"],
        cwd=REPOSITORY,
        env={**kept, "VAR_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_starts_with_all_it_needs(tmp_path):
    assert start_production(tmp_path, **NEEDED).returncode == 0


@pytest.mark.parametrize("missing", NEEDED)
def test_production_refuses_to_start_without_what_it_needs_and_names_it(tmp_path, missing):
    run = start_production(tmp_path, **{name: value for name, value in NEEDED.items() if name != missing})
    assert run.returncode != 0
    assert f"  {missing}:" in run.stderr


def test_production_refuses_debug_and_a_short_key(tmp_path):
    assert "DEBUG is on" in start_production(tmp_path, **{**NEEDED, "DEBUG": "1"}).stderr
    assert "SECRET_KEY is shorter" in start_production(tmp_path, **{**NEEDED, "SECRET_KEY": "short"}).stderr


@pytest.mark.parametrize("url", ["submission://u:p@mail.example:587", "smtp://u:p@mail.example:465?ssl=1", "console:"])
def test_production_takes_the_mail_addresses_that_its_documentation_names(tmp_path, url):
    run = start_production(tmp_path, **{**NEEDED, "EMAIL_URL": url})
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("EMAIL_URL", "smtp+tls://h:587"), ("DATABASE_URL", "nonsense"), ("TASKS_BACKEND", "celery")],
)
def test_production_names_the_variable_that_cannot_be_read(tmp_path, name, value):
    run = start_production(tmp_path, **{**NEEDED, name: value})
    assert run.returncode != 0
    assert f"ImproperlyConfigured: {name} " in run.stderr
