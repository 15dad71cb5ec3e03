"""How an editor works: the forms of the admin, filled in as a browser would."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from django.test import Client

from home.roles import ensure_roles


def new_editor(users: Any, name: str = "ed") -> Any:
    """Return a user with the rights of the editors' group and no more."""
    user = users.objects.create_user(name, password="x")
    user.groups.add(ensure_roles()[0])
    return user


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form_fields(client, url: str) -> dict[str, object]:
    """The fields of a form of the admin as a browser would send them back."""
    page = BeautifulSoup(client.get(url).content, "html.parser")
    form = page.select_one("[data-edit-form]") or page.select_one("main form[method=POST], main form[method=post]")
    fields: dict[str, object] = {"body-count": "0"}
    for node in form.find_all(["input", "textarea", "select"]):
        name = node.get("name")
        if not name or node.get("type") == "file":
            continue
        if node.name == "textarea":
            fields[name] = node.text.lstrip("\n")
        elif node.name == "select":
            chosen = [option.get("value") for option in node.find_all("option") if option.has_attr("selected")]
            fields[name] = chosen if node.has_attr("multiple") else (chosen[0] if chosen else "")
        elif node.get("type") not in ("checkbox", "radio") or node.has_attr("checked"):
            fields[name] = node.get("value", "on" if node.get("type") in ("checkbox", "radio") else "")
    return fields


def field_errors(answer: Any) -> dict[str, str]:
    """What each field of a refused form is told, by the field's name."""
    told: dict[str, str] = {}
    for name, errors in answer.context["form"].errors.items():
        told[name] = " ".join(errors)
    return told


def edit_url(page) -> str:
    return f"/admin/pages/{page.pk}/edit/"
