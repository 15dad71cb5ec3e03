"""A plan carried out: pages, files and history come to be, repeats change nothing, and failures stay where they happen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from wagtail.models import PageLogEntry

from cms.access.visibility import Audience
from library.ingest.importer import ImportReport, NoLibraryError, apply_plan, known_now
from library.ingest.items import ImportPlan
from library.ingest.library_snapshot import IMPORT_ACTION
from library.ingest.manifest import scan_share
from library.ingest.plan import make_plan
from library.models import (
    CaptionSource,
    LibraryIndexPage,
    MaterialDocument,
    MaterialPage,
    RecordingMedia,
    RecordingPage,
)
from tests.library.ingest.trees import plant, vtt

DEMO = Path(__file__).resolve().parents[3] / "home" / "demo"
WORDS = "A phrase that only the captions hold"


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A small folder with real media: a recording with captions, notes and a link, and one more recording."""
    folder = tmp_path / "Share"
    (folder / "2021-03-04 Trust").mkdir(parents=True)
    (folder / "Power").mkdir()
    shutil.copy(DEMO / "media/welcome-to-the-library.mp4", folder / "2021-03-04 Trust/video1.mp4")
    shutil.copy(DEMO / "media/what-a-community-of-practice-is-for.mp3", folder / "Power/talk on power.mp3")
    shutil.copy(DEMO / "documents/thinking-in-systems-session-notes.pdf", folder / "2021-03-04 Trust/notes.pdf")
    plant(folder, {"2021-03-04 Trust/video1.vtt": vtt(WORDS, 70), "link.url": b"URL=https://example.org/1"})
    return folder


def run(folder: Path, **options: object) -> tuple[ImportPlan, ImportReport]:
    """One import, as the command does it."""
    known = known_now()
    plan = make_plan(scan_share(folder, known_hashes=known.hashes), known)
    return plan, apply_plan(plan, folder, **options)


def stored_files() -> set[str]:
    """Everything in the private storage."""
    root = Path(MaterialDocument._meta.get_field("file").storage.location)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def files_with_rows() -> set[str]:
    names = [
        *RecordingMedia.objects.values_list("file", flat=True),
        *MaterialDocument.objects.values_list("file", flat=True),
        *CaptionSource.objects.values_list("file", flat=True),
    ]
    return set(names)


def test_everything_comes_to_be(site, share: Path) -> None:
    _, report = run(share)
    assert (report.counts, report.failures) == ({"created": 5, "updated": 0}, [])
    page = RecordingPage.objects.get(title="Trust")
    assert page.recorded_on.isoformat() == "2021-03-04"
    assert page.get_parent().specific == site.resources
    assert (page.media.type, page.media.mime_type, page.media.duration) == (
        "video",
        "video/mp4",
        pytest.approx(76, abs=1),
    )
    assert page.media.poster is not None
    assert page.media.file.read() == (share / "2021-03-04 Trust/video1.mp4").read_bytes()
    [track] = page.caption_tracks.all()
    assert (track.language, track.origin, track.cues[0].text) == ("en", "imported", WORDS)
    [link] = page.recording_materials.all()
    assert (link.material.title, link.material.kind) == ("Notes: Trust", "notes")
    assert link.material.document.text_status == "extracted" and link.material.document.text_pages
    alone = MaterialPage.objects.get(link="https://example.org/1")
    assert (alone.kind, alone.document, alone.recording_links.count()) == ("link", None, 0)
    assert stored_files() == files_with_rows()


def test_all_are_drafts_unless_told(site, share: Path) -> None:
    run(share)
    pages = [*RecordingPage.objects.all(), *MaterialPage.objects.all()]
    assert {(page.live, page.has_unpublished_changes, page.audience) for page in pages} == {(False, True, "public")}
    assert all(page.latest_revision for page in pages)


def test_published_for_whom_it_is_told(site, share: Path) -> None:
    run(share, publish=True, audience=Audience.PUBLIC)
    pages = [*RecordingPage.objects.all(), *MaterialPage.objects.all()]
    assert {(page.live, page.has_unpublished_changes, page.audience) for page in pages} == {(True, False, "public")}
    assert RecordingPage.objects.get(title="Trust").recording_materials.count() == 1


@pytest.mark.parametrize("publish", [False, True])
def test_a_second_run_changes_nothing(site, share: Path, publish: bool) -> None:
    run(share, publish=publish)
    before = (stored_files(), RecordingPage.objects.count(), MaterialPage.objects.count(), PageLogEntry.objects.count())
    plan, report = run(share, publish=publish)
    assert plan.changes == () and report.counts == {"created": 0, "updated": 0}
    assert before == (
        stored_files(),
        RecordingPage.objects.count(),
        MaterialPage.objects.count(),
        PageLogEntry.objects.count(),
    )


@pytest.mark.parametrize("publish", [False, True])
def test_new_captions_and_material_reach_a_known_recording(site, share: Path, publish: bool) -> None:
    run(share, publish=publish)
    plant(
        share,
        {"2021-03-04 Trust/video1.vtt": vtt("Better words", 70), "2021-03-04 Trust/video1.pl.vtt": vtt("Witaj", 70)},
    )
    shutil.copy(DEMO / "documents/thinking-in-systems-slides.pptx", share / "2021-03-04 Trust/deck.pptx")
    _, report = run(share, publish=publish)
    assert report.counts == {"created": 2, "updated": 1}
    page = RecordingPage.objects.get(title="Trust")
    newest = page.get_latest_revision_as_object()
    assert {track.language: track.cues[0].text for track in newest.caption_tracks.all()} == {
        "en": "Better words",
        "pl": "Witaj",
    }
    assert newest.recording_materials.count() == 2
    assert page.live is publish
    assert run(share, publish=publish)[0].changes == ()


def test_what_was_mended_in_captions_is_kept_with_them(site, share: Path) -> None:
    plant(share, {"2021-03-04 Trust/video1.vtt": vtt("A caf\xe9", 70).decode().encode("cp1252")})
    run(share)
    [track] = RecordingPage.objects.get(title="Trust").caption_tracks.all()
    assert track.cues[0].text == "A café"
    [warning] = track.warnings
    assert warning["line"] == 1 and "Windows-1252" in warning["message"]


def test_without_publish_a_live_recording_stays_as_it_is_until_an_editor_publishes(site, share: Path) -> None:
    run(share, publish=True)
    plant(share, {"2021-03-04 Trust/video1.vtt": vtt("Better words", 70)})
    run(share)
    page = RecordingPage.objects.get(title="Trust")
    assert page.live and page.caption_tracks.get().cues[0].text == WORDS
    assert page.get_latest_revision_as_object().caption_tracks.get().cues[0].text == "Better words"
    assert run(share)[0].changes == ()


def test_changed_media_and_link_are_brought_in(site, share: Path) -> None:
    run(share, publish=True)
    shutil.copy(DEMO / "media/thinking-in-systems.mp4", share / "2021-03-04 Trust/video1.mp4")
    plant(share, {"link.url": b"URL=https://example.org/2"})
    _, report = run(share, publish=True)
    assert (report.counts, report.failures) == ({"created": 0, "updated": 2}, [])
    page = RecordingPage.objects.get(title="Trust")
    assert page.media.file.read() == (DEMO / "media/thinking-in-systems.mp4").read_bytes()
    assert [page.link for page in MaterialPage.objects.filter(kind="link")] == ["https://example.org/2"]
    assert run(share, publish=True)[0].changes == ()


def test_what_editors_change_stays_changed(site, share: Path) -> None:
    run(share, publish=True)
    page = RecordingPage.objects.get(title="Trust")
    page.title = "Trust, and how it grows"
    other = RecordingMedia.objects.exclude(pk=page.media_id).get()
    page.media = other
    page.caption_tracks = list(page.caption_tracks.all())
    page.caption_tracks.all()[0].webvtt = vtt("Words mended by an editor").decode()
    page.save_revision().publish()
    assert run(share, publish=True)[0].changes == ()
    page.refresh_from_db()
    assert (page.title, page.media_id) == ("Trust, and how it grows", other.pk)


def test_an_editors_unfinished_draft_is_not_published(site, share: Path) -> None:
    run(share, publish=True)
    page = RecordingPage.objects.get(title="Trust")
    page.title = "An unfinished thought"
    page.save_revision()
    plant(share, {"2021-03-04 Trust/video1.vtt": vtt("Better words", 70)})
    _, report = run(share, publish=True)
    assert report.left_as_drafts == ["An unfinished thought"]
    assert RecordingPage.objects.get(pk=page.pk).title == "Trust"
    newest = RecordingPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert (newest.title, newest.caption_tracks.get().cues[0].text) == ("An unfinished thought", "Better words")


def test_a_failure_is_told_and_stops_nothing(site, share: Path) -> None:
    known = known_now()
    plan = make_plan(scan_share(share), known)
    (share / "2021-03-04 Trust/video1.mp4").write_bytes(b"changed since the plan was made")
    report = apply_plan(plan, share)
    [failure] = report.failures
    assert failure.title == "Trust" and "not a video or audio file" in failure.reason
    assert "\n" not in failure.reason
    assert [page.title for page in RecordingPage.objects.all()] == ["Talk on power"]
    assert not MaterialPage.objects.filter(title="Notes: Trust").exists()
    assert stored_files() == files_with_rows()


def test_a_file_that_changed_since_the_plan_is_not_taken_for_the_other(site, share: Path) -> None:
    plan = make_plan(scan_share(share), known_now())
    shutil.copy(DEMO / "media/thinking-in-systems.mp4", share / "2021-03-04 Trust/video1.mp4")
    report = apply_plan(plan, share)
    assert "changed while it was imported" in report.failures[0].reason
    assert stored_files() == files_with_rows()
    assert run(share)[1].failures == []
    assert RecordingPage.objects.count() == 2


def test_a_file_half_stored_by_a_killed_run_is_replaced(site, share: Path) -> None:
    run(share)
    media = RecordingPage.objects.get(title="Trust").media
    name = media.file.name
    for page in [*RecordingPage.objects.all(), *MaterialPage.objects.all()]:
        page.delete()
    RecordingMedia.objects.all().delete()
    with media.file.storage.open(name, "wb") as stream:
        stream.write(b"half a fi")
    run(share)
    media = RecordingPage.objects.get(title="Trust").media
    assert media.file.name == name
    assert media.file.read() == (share / "2021-03-04 Trust/video1.mp4").read_bytes()


def test_the_same_bytes_are_stored_once(site, share: Path) -> None:
    run(share)
    RecordingPage.objects.get(title="Trust").delete()
    before = stored_files()
    _, report = run(share)
    assert report.counts["created"] == 2  # the recording and its captions; the notes have their page still
    assert stored_files() == before


def test_history_says_where_it_came_from(site, share: Path) -> None:
    run(share)
    page = RecordingPage.objects.get(title="Trust")
    entry = PageLogEntry.objects.get(page_id=page.pk, action=IMPORT_ACTION)
    assert entry.message == "Imported from “Share/2021-03-04 Trust/video1.mp4”"


def test_titles_that_slugs_cannot_hold(site, share: Path) -> None:
    (share / "Power/talk on power.mp3").rename(share / "Power/会议记录 讨论.mp3")
    _, report = run(share)
    assert report.failures == []
    assert RecordingPage.objects.get(title="会议记录 讨论").slug.startswith("recording")


def test_no_library(db, own_folders, share: Path) -> None:
    LibraryIndexPage.objects.get().delete()
    with pytest.raises(NoLibraryError, match="setup_site"):
        run(share)


@pytest.mark.slow
def test_the_real_sample(site, shared_dir: Path) -> None:
    sample = shared_dir / "drive-sample"
    plan, report = run(sample, publish=True, audience=Audience.PUBLIC)
    assert (report.counts, report.failures) == ({"created": 27, "updated": 0}, [])
    assert len(plan.problems) == 4
    assert RecordingPage.objects.live().count() == 8 and MaterialPage.objects.live().count() == 12
    assert stored_files() == files_with_rows()
    assert run(sample, publish=True)[0].changes == ()
