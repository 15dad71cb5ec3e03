"""Which test files start without Django: those whose imports, followed through this repository, never come to it.

`make test-pure` runs pytest without pytest-django; tests/conftest.py then leaves every other file alone.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
OWN_PACKAGES = {"cms", "home", "library", "programmes", "search", "tests"}
NOT_WITHOUT_DJANGO = {"django", "wagtail", "wagtail_factories", "wagtailmedia", "graphene_django", "grapple"}
DJANGO_FIXTURES = {
    "admin_client", "admin_user", "client", "db", "django_assert_max_num_queries", "django_assert_num_queries", "django_db_setup",
    "django_user_model", "live_server", "mailoutbox", "rf", "settings", "transactional_db",
}  # fmt: skip


def needs_django(path: Path) -> bool:
    """Say whether Python comes to Django when it imports this file of the repository."""
    return _needs_django(".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__"))


def _needs_django(module: str) -> bool:
    seen, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        top = name.partition(".")[0]
        if top in NOT_WITHOUT_DJANGO:
            return True
        if top in OWN_PACKAGES:
            # Importing a module runs the packages above it first.
            waiting += [name.rpartition(".")[0]] if "." in name else []
            waiting += _imported_by(name)
    return False


@cache
def _imported_by(module: str) -> tuple[str, ...]:
    """Return what a module imports when it is imported: not what its functions import later, nor what only types need."""
    path = REPOSITORY.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not file.is_file():
        return ()
    package = module if path.is_dir() else module.rpartition(".")[0]
    return tuple(_imports_of(ast.parse(file.read_text(encoding="utf-8")).body, package))


def _imports_of(statements: list[ast.stmt], package: str) -> list[str]:
    names: list[str] = []
    for statement in statements:
        if isinstance(statement, ast.Import):
            names += [alias.name for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - statement.level] if statement.level else []
            base = ".".join([*above, *([statement.module] if statement.module else [])])
            # `from package import module` imports both; a name that is no module has no file, and leads nowhere.
            names += [base, *(f"{base}.{alias.name}" for alias in statement.names)]
        elif isinstance(statement, ast.If) and not _is_for_types(statement):
            names += _imports_of([*statement.body, *statement.orelse], package)
        elif isinstance(statement, ast.Try):
            names += _imports_of([*statement.body, *statement.orelse, *statement.finalbody], package)
            names += [name for handler in statement.handlers for name in _imports_of(handler.body, package)]
        elif isinstance(statement, ast.ClassDef):
            names += _imports_of(statement.body, package)
    return names


def _is_for_types(statement: ast.If) -> bool:
    return "TYPE_CHECKING" in ast.unparse(statement.test)
