"""What a partner gets for each kind of thing: names, values and addresses as the contract has them."""

from __future__ import annotations

import datetime as dt

import pytest
from wagtail.models import Site

from home.models import AcademySettings, FormerName, SocialLink
from library.models import CaptionTrack, RecordingMaterial
from programmes.models import ProgrammeOutcome
from tests import factories

from .asking import ask
from .many import picture

pytestmark = pytest.mark.django_db
BASE = "http://127.0.0.1:8000"


@pytest.fixture
def talk(site):
    """A recording with everything."""
    programme = factories.programme(site, "Leading change")
    ann = factories.person("Ann Example", organisation=factories.organisation("Alder Trust"))
    session = factories.session(site, "Opening day", programme=programme, people=[(ann, "host")])
    slides = factories.material(site, "Slides", kind="slides", document=factories.document("Slides", pages=["a", "b"]))
    link = factories.material(site, "Reading list", kind="link", link="https://example.org/list")
    page = factories.recording(
        site, "A talk", session=session, programme=programme, speakers=[ann], topics=[factories.topic("Leadership")],
        recorded_on=dt.date(2026, 1, 31), media=factories.media("A talk", poster=picture()), origin="machine",
        captions=factories.cues("Good morning", "and welcome", speaker="Ann Example"),
        chapters=[("0:00", "Beginning"), ("1:30", "Main")],
    )  # fmt: skip
    page.recording_materials = [RecordingMaterial(material=link), RecordingMaterial(material=slides)]
    page.caption_tracks.add(
        CaptionTrack(language="cy", origin="human", webvtt=factories.write_webvtt(factories.cues("Bore da")))
    )
    page.save()
    return page


def test_a_recording(talk):
    data = ask("""{ recording(slug: "a-talk") { id slug title summary url recordedOn durationSeconds
      session { title } programme { title } speakers { name slug organisation { name sector } } topics { name slug }
      materials { title kind link file { name mimeType sizeBytes pageCount } }
      captionTracks { language label origin isChecked } chapters { title startSeconds }
      media { mimeType sizeBytes durationSeconds width height }
      accessibility { isCaptioned hasTranscript captionOrigin captionLanguages } } }""").data["recording"]
    assert data == {
        "id": str(talk.translation_key),
        "slug": "a-talk",
        "title": "A talk",
        "summary": "About A talk.",
        "url": f"{BASE}/library/a-talk/",
        "recordedOn": "2026-01-31",
        "durationSeconds": 600.0,
        "session": {"title": "Opening day"},
        "programme": {"title": "Leading change"},
        "speakers": [
            {"name": "Ann Example", "slug": "ann-example", "organisation": {"name": "Alder Trust", "sector": "OTHER"}}
        ],
        "topics": [{"name": "Leadership", "slug": "leadership"}],
        "materials": [
            {"title": "Reading list", "kind": "LINK", "link": "https://example.org/list", "file": None},
            {
                "title": "Slides", "kind": "SLIDES", "link": None,
                "file": {"name": "slides.pdf", "mimeType": "application/pdf", "sizeBytes": 14, "pageCount": 2},
            },
        ],
        "captionTracks": [
            {"language": "en", "label": "English", "origin": "MACHINE", "isChecked": False},
            {"language": "cy", "label": "Welsh", "origin": "HUMAN", "isChecked": True},
        ],
        "chapters": [{"title": "Beginning", "startSeconds": 0}, {"title": "Main", "startSeconds": 90}],
        "media": {"mimeType": "video/mp4", "sizeBytes": 18, "durationSeconds": 600, "width": 640, "height": 360},
        "accessibility": {
            "isCaptioned": True, "hasTranscript": True, "captionOrigin": "HUMAN", "captionLanguages": ["en", "cy"],
        },
    }  # fmt: skip


def test_a_transcript_in_the_language_asked_for(talk):
    data = ask("""{ recording(slug: "a-talk") { own: transcript { startSeconds endSeconds speaker text }
      welsh: transcript(language: "cy") { text speaker } none: transcript(language: "fr") { text } } }""").data[
        "recording"
    ]
    assert data["own"] == [
        {"startSeconds": 0, "endSeconds": 4, "speaker": "Ann Example", "text": "Good morning"},
        {"startSeconds": 4, "endSeconds": 8, "speaker": "Ann Example", "text": "and welcome"},
    ]
    assert data["welsh"] == [{"text": "Bore da", "speaker": None}]
    assert data["none"] == []


def test_files_and_captions_are_found_at_their_addresses(talk, client):
    recording = ask(
        '{ recording(slug: "a-talk") { media { url } captionTracks { url } materials { file { url } } poster { url } } }'
    ).data["recording"]
    addresses = [
        recording["media"]["url"],
        recording["captionTracks"][0]["url"],
        recording["materials"][1]["file"]["url"],
    ]
    assert recording["poster"]["url"].startswith(f"{BASE}/media/")
    for address in addresses:
        assert address.startswith(f"{BASE}/")
        assert client.get(address.removeprefix(BASE)).status_code == 200


def test_pictures_come_in_the_sizes_that_are_allowed(talk):
    data = ask("""{ recording(slug: "a-talk") { original: poster { width height alt }
      small: poster(rendition: "width-320") { url width height srcSet(widths: [320, 640])
        rendition(filter: "fill-160x160") { width height } }
    } }""").data["recording"]  # fmt: skip
    assert data["original"] == {"width": 1300, "height": 760, "alt": ""}
    assert (data["small"]["width"], data["small"]["height"]) == (320, 187)
    assert data["small"]["rendition"] == {"width": 160, "height": 160}
    first, second = data["small"]["srcSet"].split(", ")
    assert first == f"{data['small']['url']} 320w"
    assert second.endswith(" 640w")


@pytest.mark.parametrize("spec", ["width-321", "original", "width-320|format-png", "../x", "", "max-1x1"])
def test_other_sizes_are_refused_and_those_allowed_are_named(talk, spec):
    reply = ask('query($spec: String) { recording(slug: "a-talk") { poster(rendition: $spec) { url } } }', spec=spec)
    assert reply.codes == ["BAD_USER_INPUT"]
    assert "width-640" in reply.messages


def test_a_picture_whose_file_is_gone_is_null_and_the_rest_stands(talk):
    image = talk.media.poster
    image.file.storage.delete(image.file.name)
    data = ask('{ recording(slug: "a-talk") { title poster { rendition(filter: "width-960") { url } srcSet } } }').data
    assert data["recording"] == {"title": "A talk", "poster": {"rendition": None, "srcSet": ""}}


def test_a_recording_with_nothing(site):
    factories.recording(site, "Bare", media=None)
    data = ask("""{ recording(slug: "bare") { recordedOn durationSeconds session { title } programme { title } speakers { name }
      materials { title } captionTracks { url } chapters { title } transcript { text } media { url } poster { url } body { id }
      accessibility { isCaptioned captionOrigin captionLanguages } } }""").data["recording"]
    assert data == {
        "recordedOn": None, "durationSeconds": None, "session": None, "programme": None, "speakers": [], "materials": [],
        "captionTracks": [], "chapters": [], "transcript": [], "media": None, "poster": None, "body": [],
        "accessibility": {"isCaptioned": False, "captionOrigin": None, "captionLanguages": []},
    }  # fmt: skip


def test_a_session_and_its_programme(talk):
    programme = talk.programme
    programme.core_areas = [factories.core_area("Innovation")]
    programme.save()
    ProgrammeOutcome.objects.create(programme=programme, text="You know your system.")
    data = ask("""{ session(slug: "opening-day") { title startsAt endsAt timeZone format people { role person { name } }
      recordings { title } materials { title } programme { title outcomes format status coreAreas { name }
      sessions { totalCount nodes { title } } recordings { nodes { title } } } } }""").data["session"]
    assert data == {
        "title": "Opening day",
        "startsAt": "2021-10-21T07:00:00+00:00",
        "endsAt": "2021-10-21T09:00:00+00:00",
        "timeZone": "Europe/London",
        "format": "VIRTUAL",
        "people": [{"role": "HOST", "person": {"name": "Ann Example"}}],
        "recordings": [{"title": "A talk"}],
        "materials": [],
        "programme": {
            "title": "Leading change",
            "outcomes": ["You know your system."],
            "format": "FACE_TO_FACE",
            "status": "RUNNING",
            "coreAreas": [{"name": "Innovation"}],
            "sessions": {"totalCount": 1, "nodes": [{"title": "Opening day"}]},
            "recordings": {"nodes": [{"title": "A talk"}]},
        },
    }


FILTERS = {
    'recordings(topic: "leadership")': 1, 'recordings(topic: "none")': 0, 'recordings(programme: "leading-change")': 1,
    'recordings(programme: "none")': 0, 'recordings(speaker: "ann-example")': 1, 'recordings(speaker: "none")': 0,
    "recordings(captionedOnly: true)": 1, 'materials(kind: SLIDES)': 1, 'materials(kind: TOOLKIT)': 0,
    'materials(topic: "leadership")': 0,
    'programmes(format: FACE_TO_FACE)': 1, 'programmes(format: VIRTUAL)': 0, 'programmes(coreArea: "none")': 0,
    'sessions(from: "2021-10-21", to: "2021-10-21")': 1, 'sessions(from: "2021-10-22")': 0, 'sessions(to: "2021-10-20")': 0,
    'sessions(programme: "leading-change")': 1, 'sessions(topic: "leadership")': 0,
}  # fmt: skip


@pytest.mark.parametrize(("field", "count"), FILTERS.items(), ids=FILTERS)
def test_filters_narrow(talk, field, count):
    factories.recording(factories.make_site(), "Another")
    assert ask(f"{{ {field} {{ totalCount }} }}").data == {field.partition("(")[0]: {"totalCount": count}}


def test_search_lands_on_the_second(talk):
    factories.settle()
    data = ask("""{ search(query: "welcome everybody", filter: {kinds: [RECORDING], captionedOnly: true}) { totalCount hint nodes {
      score titleHtml resource { __typename id title } moments { startSeconds pageNumber text html url } } } }""")
    (hit,) = data.data["search"]["nodes"]
    assert hit["resource"] == {"__typename": "Recording", "id": str(talk.translation_key), "title": "A talk"}
    moment = hit["moments"][0]
    assert moment["startSeconds"] == 4
    assert moment["url"] == f"{BASE}/library/a-talk/?t=4"
    assert "<mark>welcome</mark>" in moment["html"]
    assert "<" not in moment["text"]


def test_search_lands_on_the_page_of_a_document(site):
    factories.material(
        site, "Handout", document=factories.document(pages=["First page", "Compassionate leadership matters"])
    )
    factories.settle()
    data = ask(
        '{ search(query: "compassionate leadership") { nodes { moments(first: 1) { pageNumber startSeconds url } } } }'
    ).data
    assert data["search"]["nodes"][0]["moments"] == [
        {"pageNumber": 2, "startSeconds": None, "url": f"{BASE}/library/handout/?page=2"}
    ]


@pytest.mark.parametrize(
    ("words", "hint"),
    [("", "NO_WORDS"), ("?!*", "NO_WORDS"), ("yourselves whom hers", "ONLY_COMMON_WORDS"), ("zzzzqqq", None)],
)
def test_search_for_nothing_is_empty_with_a_hint(site, words, hint):
    data = ask("query($words: String!) { search(query: $words) { totalCount hint nodes { score } } }", words=words).data
    assert data["search"] == {"totalCount": 0, "hint": hint, "nodes": []}


def test_a_hit_that_the_database_no_longer_shows_is_left_out(talk):
    factories.settle()
    type(talk).objects.filter(pk=talk.pk).update(live=False)
    data = ask('{ search(query: "welcome", filter: {kinds: [RECORDING]}) { nodes { score } edges { cursor } } }').data
    assert data["search"] == {"nodes": [], "edges": []}


def test_the_academy(site):
    academy = AcademySettings.for_site(Site.objects.get(is_default_site=True))
    academy.long_name, academy.short_name, academy.contact_email = "An Academy", "Academy", "office@example.org"
    academy.cookie_notice = f'<p>None. <a linktype="page" id="{site.home.pk}">Home</a></p>'
    academy.former_names = [FormerName(name="Old Academy")]
    academy.social_links = [SocialLink(label="LinkedIn", url="https://example.org/academy")]
    academy.save()
    factories.core_area("Leadership")
    data = ask("""{ academy { longName shortName isNameProvisional formerNames url contactEmail socialLinks { label url }
      cookieNotice brandColour coreAreas { name } logo { url } } }""").data["academy"]
    assert data == {
        "longName": "An Academy",
        "shortName": "Academy",
        "isNameProvisional": False,
        "formerNames": ["Old Academy"],
        "url": f"{BASE}/",
        "contactEmail": "office@example.org",
        "socialLinks": [{"label": "LinkedIn", "url": "https://example.org/academy"}],
        "cookieNotice": f'<p>None. <a href="{BASE}/">Home</a></p>',
        "brandColour": "#0b5c66",
        "coreAreas": [{"name": "Leadership"}],
        "logo": None,
    }


def test_an_academy_without_settings_has_the_defaults(site):
    AcademySettings.objects.all().delete()
    data = ask("{ academy { longName formerNames socialLinks { url } cookieNotice logo { url } } }").data
    assert data["academy"] == {
        "longName": "Systems Leadership Academy", "formerNames": [], "socialLinks": [], "cookieNotice": "", "logo": None,
    }  # fmt: skip
    assert not AcademySettings.objects.exists()


@pytest.mark.parametrize(
    ("path", "title"),
    [("/", "Home"), ("", "Home"), ("/about", "About"), ("about/", "About"), ("//about//", "About"), ("/about/?x=1#y", "About"),
     ("http://127.0.0.1:8000/about/", "About"), ("/nowhere/", None), ("/about/../", None), ("/" + "a" * 5000, None),
     ("http://[", "Home")],
)  # fmt: skip
def test_a_page_by_its_path(site, path, title):
    factories.standard_page(site, "About", slug="about")
    page = ask("query($path: String!) { page(path: $path) { title kind } }", path=path).data["page"]
    assert (page and page["title"]) == title


def test_a_page_of_a_thing_leads_to_the_thing(talk):
    data = ask("""{ page(path: "/library/a-talk/") { __typename kind title url
      resource { __typename ... on Recording { durationSeconds } } } }""").data
    assert data["page"] == {
        "__typename": "Page",
        "kind": "recording",
        "title": "A talk",
        "url": f"{BASE}/library/a-talk/",
        "resource": {"__typename": "Recording", "durationSeconds": 600.0},
    }
