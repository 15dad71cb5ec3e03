"""An import reads each file once: what looking at the folder found is used, as far as there was room to keep it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from library.files.documents import DocumentPage, DocumentText, TextStatus
from library.ingest import storing
from library.ingest.importer import apply_plan, known_now
from library.ingest.manifest import Findings, scan_share
from library.ingest.plan import make_plan
from library.models import MaterialDocument, RecordingMedia
from tests.library.ingest.test_importer import share
from tests.library.ingest.trees import LIGHT_READERS, plant

__all__ = ["share"]
PLENTY = 10_000_000


@pytest.fixture
def read_again(monkeypatch) -> list[str]:
    """What the import reads a second time, by the name of the file."""
    names: list[str] = []
    probe, read = storing.probe_media, storing.read_document

    def probed(path):
        names.append(path.name)
        return probe(path)

    def document_read(document):
        names.append(document.filename)
        return read(document)

    monkeypatch.setattr(storing, "probe_media", probed)
    monkeypatch.setattr(storing, "read_document", document_read)
    return names


def facts() -> list[tuple]:
    """All that an import keeps of files, but for names and rows of pictures."""
    media = RecordingMedia.objects.order_by("sha256")
    documents = MaterialDocument.objects.order_by("sha256")
    return [
        *((m.type, m.mime_type, m.duration, m.size_bytes, m.width, m.sha256, m.poster is not None) for m in media),
        *(
            (d.mime_type, d.sha256, d.file_size, d.page_count, d.text_status, d.text_note, d.text_pages)
            for d in documents
        ),
    ]


def carried_out(folder: Path, keep_bytes: int) -> list[tuple]:
    report = apply_plan(make_plan(scan_share(folder, keep_bytes=keep_bytes), known_now()), folder)
    assert report.failures == [] and report.counts["created"]
    return facts()


def test_what_was_kept_is_not_read_again_and_says_the_same(site, share, read_again):
    kept = carried_out(share, PLENTY)
    assert read_again == [] and len(kept) == 3
    probed = scan_share(share, keep_bytes=PLENTY).files
    assert all(file.probe.poster_jpeg for file in probed if file.mime_type.startswith("video/"))


def test_without_room_each_is_read_when_it_is_stored_and_says_the_same(site, share, read_again):
    read = carried_out(share, 0)
    assert sorted(name.rpartition(".")[2] for name in read_again) == ["mp3", "mp4", "pdf"]
    assert [fact[:2] for fact in read] and all(fact[-1] for fact in read if fact[0] == "video")


def test_findings_say_what_reading_the_stored_file_says(site, share, read_again):
    with_findings = scan_share(share, keep_bytes=PLENTY)
    for file in with_findings.files:
        if file.text is not None:
            kept = storing.store_document(share, file, "Kept").document
            read = storing.store_document(share, replace(file, text=None), "Read").document
            for name in ("mime_type", "sha256", "file_size", "page_count", "text_status", "text_note", "text_pages"):
                assert getattr(kept, name) == getattr(read, name), name
    assert len(read_again) == 1


def test_no_more_is_kept_than_there_is_room_for(tmp_path):
    plant(tmp_path, {f"{name}.pdf": name.encode() for name in "abc"})
    text = DocumentText(TextStatus.EXTRACTED, (DocumentPage(1, "x" * 1_000),))
    readers = replace(LIGHT_READERS, extract_text=lambda path: text)
    each = 4 * 1_000 + 1_000

    def kept(keep_bytes: int) -> int:
        return sum(file.text is not None for file in scan_share(tmp_path, readers=readers, keep_bytes=keep_bytes).files)

    assert [kept(room) for room in (0, each - 1, each, 2 * each, 2 * each + each - 1, 3 * each)] == [0, 0, 1, 2, 2, 3]


def test_room_is_counted_to_the_byte():
    findings = Findings(10)
    assert findings.has_room and findings.keep(4) and not findings.keep(7) and findings.keep(6)
    assert not findings.has_room and not findings.keep(1)


def test_a_look_without_an_import_asks_for_no_stills(tmp_path):
    plant(tmp_path, {"talk.mp4": b"video 60"})
    asked: list[bool] = []

    def probe(path, with_poster):
        asked.append(with_poster)
        return LIGHT_READERS.probe_media(path, with_poster)

    for keep_bytes in (0, PLENTY):
        scan_share(tmp_path, readers=replace(LIGHT_READERS, probe_media=probe), keep_bytes=keep_bytes)
    assert asked == [False, True]
