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
WIRING = {"cms", "cms.failures", "cms.health", "cms.middleware", "cms.pictures", "cms.wsgi"}


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


@pytest.mark.slow
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


MOST_MODULES = 20


def imports_inside_functions(path: Path) -> list[tuple[str, str, int]]:
    """Return the name of the function, the module and the line of each import that stands inside a function."""
    found = []
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom):
                    found.append((function.name, "." * node.level + (node.module or ""), node.lineno))
                elif isinstance(node, ast.Import):
                    found.extend((function.name, alias.name, node.lineno) for alias in node.names)
    return found


def test_own_packages_are_imported_at_the_top():
    """An import inside a function hides a cycle. Django wants some in `AppConfig.ready`; optional packages are not ours."""
    hidden = [
        f"{path.relative_to(REPOSITORY)}:{line}: {module}"
        for path in modules().values()
        for function, module, line in imports_inside_functions(path)
        if module.startswith(".") or module.partition(".")[0] in APPS
        if not (function == "ready" and path.name == "apps.py")
    ]
    assert hidden == []


def test_no_folder_holds_more_modules_than_a_reader_takes_in():
    folders: dict[Path, int] = {}
    for path in modules().values():
        if path.name != "__init__.py":
            folders[path.parent] = folders.get(path.parent, 0) + 1
    assert {str(folder): count for folder, count in folders.items() if count > MOST_MODULES} == {}


def classes_by_name() -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in modules().values():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(path.relative_to(REPOSITORY))
    return found


def test_one_name_means_one_class():
    """But for what Django asks for by name, and for a GraphQL type, which bears the name of what it shows."""
    homonyms = {}
    for name, paths in classes_by_name().items():
        distinct = [path for path in paths if not any("graphql" in part for part in path.parts)]
        shown = len(paths) - len(distinct)
        if name not in {"Meta", "Command"} and (len(distinct) > 1 or shown > 1):
            homonyms[name] = [str(path) for path in paths]
    assert homonyms == {}
