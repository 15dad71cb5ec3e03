"""Search sees what a reader of a document sees: words in forms and charts, not those that are hidden or moved away."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from library.files.documents import TextStatus, extract_text
from library.files.line_end_hyphens import keep_own_hyphens
from library.files.plain_text import decode
from library.files.signatures import PDF, PLAIN, sniff_mime
from tests.library.office_makers import paragraph, presentation, shape, word_file


def words_of(path: Path) -> str:
    text = extract_text(path, timeout_seconds=60)
    assert text.status is TextStatus.EXTRACTED, text.note
    return "\n".join(page.text for page in text.pages)


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (run("seen ") + run("secret", "<w:vanish/>"), "seen"),
        (run("seen", '<w:vanish w:val="0"/>'), "seen"),
        (run("seen ") + run("secret", '<w:rStyle w:val="Hidden"/>'), "seen"),
        (f'<w:moveFrom>{run("old")}</w:moveFrom><w:moveTo>{run("new")}</w:moveTo>{run("place")}', "newplace"),
        (f'<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>{run("seen")}', "seen"),
        (f'{run("seen ")}<w:r><w:drawing><wp:docPr xmlns:wp="w" descr="A map of trust"/></w:drawing></w:r>', "seen A map of trust"),
        (f'{run("seen")}<w:r><w:drawing><wp:docPr xmlns:wp="w" descr="image1.png"/></w:drawing></w:r>', "seen"),
    ],
)  # fmt: skip
def test_word_shows_neither_hidden_nor_moved_words(tmp_path: Path, body: str, shown: str) -> None:
    styles = '<w:style w:type="character" w:styleId="Hidden"><w:rPr><w:vanish/></w:rPr></w:style>'
    assert words_of(word_file(tmp_path / "a.docx", f"<w:p>{body}</w:p>", styles=styles)) == shown


def test_a_run_after_a_hidden_one_is_shown(tmp_path: Path) -> None:
    body = f"<w:p>{run('secret', '<w:vanish/>')}</w:p>{paragraph('seen')}"
    assert words_of(word_file(tmp_path / "a.docx", body)) == "seen"


def test_pictures_of_slides_are_found_by_their_alternative_text(tmp_path: Path) -> None:
    picture = '<p:pic><p:nvPicPr><p:cNvPr id="9" name="Picture 9" descr="A map of trust"/></p:nvPicPr></p:pic>'
    path = presentation(tmp_path / "a.pptx", {"slide1": shape("Words") + picture}, ["slide1"])
    assert words_of(path).split() == ["Words", "A", "map", "of", "trust"]


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("self\ufffe\r\nmanagement", "self-management"),
        ("A\ufffe\nlevel", "A-level"),
        ("step\ufffe\nby-step", "step-by-step"),
        ("step-by\ufffe\nstep", "step-by-step"),
        ("long\x02term", "long-term"),
        ("a cogwheel, a chart, no cogwheel\ufffe\nchart", "a cogwheel, a chart, no cogwheel-chart"),
        ("leader-ship and leader\ufffe\nship", "leader-ship and leader-ship"),
        ("leader\ufffe\nship", "leader\ufffe\nship"),
        ("inte\ufffe\ngration of care", "inte\ufffe\ngration of care"),
        ("no break", "no break"),
    ],
)
def test_a_hyphen_that_is_the_words_own_stays(raw: str, kept: str) -> None:
    assert keep_own_hyphens(raw) == kept


@pytest.mark.parametrize("before", [b"Content-Type: application/pdf\r\n\r\n", b"x" * 900, b"HTTP/1.1 200 OK\n"])
def test_a_pdf_is_known_with_lines_before_its_header(before: bytes) -> None:
    assert sniff_mime(before + b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "a.pdf") == PDF


@pytest.mark.parametrize("text", [b"A PDF begins with %PDF-1.7, they say.", b"x" * 1100 + b"%PDF-1.7\n1 0 obj"])
def test_a_text_about_pdf_is_none(text: bytes) -> None:
    assert sniff_mime(text, "a.txt") == PLAIN


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_text(encoding: str) -> None:
    data = "Trust grows slowly – and “well”.\n".encode(encoding)
    assert sniff_mime(data, "notes.txt") == PLAIN
    assert decode(data) == "Trust grows slowly – and “well”.\n"


def test_bytes_with_zeros_are_no_text() -> None:
    chance = random.Random(7)
    assert sniff_mime(bytes(chance.randrange(256) * (place % 2) for place in range(4096)), "a.txt") != PLAIN


@pytest.mark.parametrize(
    ("name", "words", "not_words"),
    [
        ("pdf-words-in-forms-and-notes/form-text.pdf", ["trustworthiness"], []),
        ("pdf-words-in-forms-and-notes/free-text.pdf", ["typed onto the page"], []),
        ("pdf-with-bytes-before-its-header/mail-header.pdf", ["care"], []),
        ("pdf-hyphen-at-line-end/compounds.pdf", ["self-management", "long-term", "co-production", "A-level"], []),
        (
            "slides-charts-and-alt-text/kinds.pptx",
            ["ChartTitleWord", "CategoryNorth", "SeriesTrust", "AltTextWord"],
            [],
        ),
        ("word-text-nobody-sees/inline-kinds.docx", ["linkedword", "NestedCell"], ["movedawayword", "hiddenword"]),
    ],
)
def test_real_documents(shared_dir: Path, name: str, words: list[str], not_words: list[str]) -> None:
    text = words_of(shared_dir / "cases" / name)
    assert all(word in text for word in words)
    assert not any(word in text for word in not_words)
