"""Disks fail: what is damaged is noticed, told and built anew, and who had the index open goes on answering from it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from search.engine import Engine, EngineUnavailable, ResourceDocument
from search.engine.integrity import is_whole
from search.engine.schema import unpacked, unpacked_passage
from search.indexing.index import index_directory, rebuild
from search.language.passages import Passage
from search.periodic import keep_index
from tests import factories

PUBLIC = ("public",)
# What a file ends with, beside its content: its version and its checksum.
FOOTER_BYTES = 128
SUFFIXES = ("term", "idx", "pos", "store", "fast", "fieldnorm")


def documents() -> list[ResourceDocument]:
    return [
        ResourceDocument(
            f"r{n}", "material", f"Needle {n}", audience_tokens=PUBLIC,
            passages=(Passage(f"A needle in haystack number {n}.", page_number=1),),
        )
        for n in range(40)
    ]  # fmt: skip


def found(engine: Engine) -> int:
    return engine.search("needle haystack", PUBLIC).total


def flip(path: Path, share: float = 0.1) -> None:
    """Change some bytes where the file lies, as a disk does: who reads it by a mapping sees them change."""
    content = bytearray(path.read_bytes())
    for place in random.Random(4).sample(
        range(max(1, len(content) - FOOTER_BYTES)), max(1, int((len(content) - FOOTER_BYTES) * share))
    ):
        content[place] ^= 0x5A
    with path.open("r+b") as file:
        file.write(content)


def files(folder: Path, suffix: str) -> list[Path]:
    return sorted((folder / "generations").rglob(f"*.{suffix}"))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("share", [0.0001, 0.2])
def test_flipped_bytes_are_noticed_told_and_mended_and_never_a_panic(tmp_path, suffix, share):
    engine = Engine(tmp_path)
    engine.rebuild(documents())
    assert found(engine) == 40 and engine.is_healthy()[0]
    for path in files(tmp_path, suffix):
        assert is_whole(path)
        flip(path, share)
        assert not is_whole(path)
    for asker in (engine, Engine(tmp_path)):
        is_healthy, sentence = asker.is_healthy()
        assert not is_healthy and "rebuild_index" in sentence
        with pytest.raises(EngineUnavailable):
            asker.fingerprints()
        try:
            found(asker)
        except EngineUnavailable as error:
            assert "rebuild_index" in str(error)
    engine.rebuild(documents())
    assert engine.is_healthy()[0] and found(engine) == 40


def test_files_that_are_being_written_and_changes_to_them_are_no_damage(tmp_path):
    engine = Engine(tmp_path)
    engine.rebuild(documents())
    engine.delete(["r1"])
    (tmp_path / "generations" / "1" / "resources" / f"{'0' * 32}.store").write_bytes(b"half a file")
    assert engine.is_healthy() == (True, "39 resources with 39 passages")


@pytest.mark.parametrize("name", ["CURRENT", "generations/1/resources/meta.json", "generations/1/passages/meta.json"])
def test_who_had_it_open_answers_from_the_index_as_it_was_until_the_new_one_is_there(tmp_path, name):
    engine = Engine(tmp_path)
    engine.rebuild(documents())
    assert found(engine) == 40
    (tmp_path / name).write_text("{torn")
    assert found(engine) == 40
    assert not engine.is_healthy()[0]
    with pytest.raises(EngineUnavailable):
        found(Engine(tmp_path))
    Engine(tmp_path).rebuild(documents()[:30])
    assert found(engine) == 30 and engine.is_healthy()[0]


@pytest.mark.django_db
def test_the_clock_builds_a_damaged_index_anew_while_the_site_is_not_ready(client, site):
    factories.recording(site, "Needles", summary="All about needles.")
    factories.settle()
    rebuild()
    assert client.get("/readyz").status_code == 200
    for path in files(index_directory(), "term"):
        flip(path)
    assert client.get("/readyz").json()["index"] == "down"
    assert client.get("/search/", {"q": "needles"}).status_code in (200, 503)
    keep_index()
    assert client.get("/readyz").status_code == 200
    assert "Needles" in client.get("/search/", {"q": "needles"}).content.decode()


STORED = (
    b'{"key": "a", "kin\x1e: 1}', b"\xff\xfe", b"[1]", b"7", b"{}",
    b'{"text": "a", "cues": 3}', b'{"text": "a", "cues": [[1]]}',
)  # fmt: skip


@pytest.mark.parametrize("stored", STORED)
def test_an_entry_that_a_disk_has_changed_is_told_as_damage(stored):
    class Entry:
        def get_first(self, field: str) -> bytes:
            return stored

    with pytest.raises(EngineUnavailable, match=r"damaged.*rebuild_index"):
        unpacked_passage(Entry())
    with pytest.raises(EngineUnavailable, match=r"damaged.*rebuild_index"):
        _ = unpacked(Entry())["title"]
