"""The two groups of people who work in the admin, and what each may do: content for editors, keys for access managers."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

EDITORS = "Academy editors"
ACCESS_MANAGERS = "Access managers"

_ALL = ("add", "change", "delete", "view")
_EDITORS_MODELS: dict[str, tuple[str, ...]] = {
    "programmes": ("person", "topic", "corearea", "prioritygroup"),
    "home": ("academysettings",),
    "publishing": ("reaction", "periodicjob"),
    "search": ("glossaryterm", "inquiry", "promotedresult", "searchsettings"),
}
_ACCESS_MODELS: dict[str, tuple[str, ...]] = {
    "access": ("memberorganisation", "membership", "apiclient", "apikey", "trusteddocument", "apiusage"),
    "publishing": ("webhooksubscription", "webhookdelivery"),
}
_PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page")


def ensure_roles() -> tuple[Group, Group]:
    """Make the two groups with their permissions, or bring them up to date; returns (editors, access managers)."""
    editors = _group(EDITORS, _EDITORS_MODELS)
    # The report on searches is read, never written.
    editors.permissions.add(Permission.objects.get(content_type__app_label="search", codename="view_loggedquery"))
    managers = _group(ACCESS_MANAGERS, _ACCESS_MODELS)
    root = Page.get_first_root_node()
    for codename in _PAGE_PERMISSIONS:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=editors, page=root, permission=permission)
    collection = Collection.get_first_root_node()
    # Wagtail asks for the permissions of its own base models, whatever model stands in for them.
    for app_label, model in (("wagtailmedia", "media"), ("wagtaildocs", "document"), ("wagtailimages", "image")):
        for verb in ("add", "change", "choose"):
            matching = Permission.objects.filter(content_type__app_label=app_label, codename=f"{verb}_{model}")
            for permission in matching:
                GroupCollectionPermission.objects.get_or_create(
                    group=editors, collection=collection, permission=permission
                )
    return editors, managers


def _group(name: str, models: dict[str, tuple[str, ...]]) -> Group:
    group, _ = Group.objects.get_or_create(name=name)
    wanted = [Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")]
    for app_label, names in models.items():
        codenames = [f"{verb}_{model}" for verb in _ALL for model in names]
        codenames += [f"publish_{model}" for model in names]
        wanted += Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames)
    group.permissions.set(wanted)
    return group
