"""Replaces Wagtail's welcome page by home, programmes and library pages of ours, so that a fresh database is a site."""

from django.db import migrations

PROGRAMMES = "Courses, sessions and communities for people who lead, or would like to, across health and care."
LIBRARY = "Recordings of past sessions and their materials. Search finds the second, or the page."


def create_fixed_pages(apps, schema_editor):
    content_types = apps.get_model("contenttypes.ContentType").objects
    page_model = apps.get_model("wagtailcore.Page")
    site_model = apps.get_model("wagtailcore.Site")
    locale = apps.get_model("wagtailcore.Locale").objects.first()
    page_model.objects.filter(slug="home", depth=2).delete()
    page_model.objects.filter(depth=1).update(numchild=1)

    def create(app_label, model_name, title, path, url_path, **fields):
        model = apps.get_model(app_label, model_name)
        content_type, _ = content_types.get_or_create(app_label=app_label, model=model_name.lower())
        return model.objects.create(
            title=title,
            draft_title=title,
            slug=title.lower(),
            content_type=content_type,
            path=path,
            depth=len(path) // 4,
            url_path=url_path,
            locale=locale,
            **fields,
        )

    home = create("home", "HomePage", "Home", "00010001", "/home/", numchild=2)
    create(
        "programmes",
        "ProgrammesIndexPage",
        "Programmes",
        "000100010001",
        "/home/programmes/",
        introduction=PROGRAMMES,
        show_in_menus=True,
    )
    create(
        "library",
        "LibraryIndexPage",
        "Library",
        "000100010002",
        "/home/library/",
        introduction=LIBRARY,
        show_in_menus=True,
    )
    site_model.objects.all().delete()
    site_model.objects.create(hostname="localhost", port=80, root_page=home, is_default_site=True)


def remove_fixed_pages(apps, schema_editor):
    for app_label, model_name in (
        ("library", "LibraryIndexPage"),
        ("programmes", "ProgrammesIndexPage"),
        ("home", "HomePage"),
    ):
        apps.get_model(app_label, model_name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("library", "0001_initial"),
        ("programmes", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create_fixed_pages, remove_fixed_pages)]
