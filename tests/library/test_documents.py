"""What search can see inside documents, and what the editor is told where it cannot."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import docx
import pptx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from library.files import office_text, opendocument_text
from library.files.documents import DocumentPage, DocumentText, TextStatus, extract_text
from library.files.page_writer import tidy
from library.files.plain_text import decode
from tests.library import office_makers as make


def words_of(document: DocumentText) -> str:
    return " ".join(page.text for page in document.pages)


# ------------------------------------------------------------------------------------------ real documents

SAMPLES = {
    "2020-05-14 People, systems and psychology (covid)/slides FINAL v3.pptx": (TextStatus.EXTRACTED, 7),
    "2020-05-14 People, systems and psychology (covid)/Follow up notes.docx": (TextStatus.EXTRACTED, None),
    "2020-06-04 Maxims for change/Maxims handout.pdf": (TextStatus.EXTRACTED, 4),
    "Third sector, primary care & community responses/Part 1 resources.docx": (TextStatus.EXTRACTED, None),
    "Third sector, primary care & community responses/Part 2 handout.pdf": (TextStatus.EXTRACTED, 4),
    "21-10-2021 co-design workshop 0800-1000/values and capabilities.pptx": (TextStatus.EXTRACTED, 7),
    "21-10-2021 co-design workshop 0800-1000/proposal and recommendations.pdf": (TextStatus.EXTRACTED, 4),
    "Community of practice/2022/Feb/CoP notes Feb.docx": (TextStatus.EXTRACTED, None),
    "Old/scan without text.pdf": (TextStatus.NO_TEXT, 1),
    "Old/locked.pdf": (TextStatus.ENCRYPTED, None),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_documents_of_the_sample_drive(shared_dir: Path, name: str) -> None:
    found = extract_text(shared_dir / "drive-sample" / name)
    assert (found.status, found.page_count) == SAMPLES[name]
    assert bool(found.pages) == (found.status is TextStatus.EXTRACTED) == (found.note == "")
    assert not found.is_cut


def test_the_table_of_samples_leaves_no_document_out(shared_dir: Path) -> None:
    folder = shared_dir / "drive-sample"
    documents = [path for path in folder.rglob("*") if path.suffix in (".pdf", ".docx", ".pptx")]
    assert {str(path.relative_to(folder)) for path in documents if not path.name.startswith("~$")} == set(SAMPLES)


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.endswith(".docx")])
def test_a_real_word_file_is_read_as_completely_as_by_a_word_library(shared_dir: Path, name: str) -> None:
    path = shared_dir / "drive-sample" / name
    expected = " ".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    assert words_of(extract_text(path)).split() == expected.split()


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.endswith(".pptx")])
def test_a_real_presentation_is_read_slide_by_slide_with_its_notes(shared_dir: Path, name: str) -> None:
    path = shared_dir / "drive-sample" / name
    pages = {page.number: page for page in extract_text(path).pages}
    notes_seen = 0
    for number, slide in enumerate(pptx.Presentation(str(path)).slides, 1):
        for shape in slide.shapes:
            if shape.has_text_frame:
                assert " ".join(shape.text_frame.text.split()) in " ".join(pages[number].text.split())
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame.text.strip():
            notes_seen += 1
            words, notes = pages[number].text.split("Speaker notes:")
            assert notes.split() == slide.notes_slide.notes_text_frame.text.split()
            assert slide.shapes.title.text in words
    assert notes_seen > 0


# ------------------------------------------------------------------------------------------ hostile and damaged files

EVIL: dict[str, tuple[TextStatus, str]] = {
    "good.docx": (TextStatus.EXTRACTED, "quick brown fox"),
    "good.pptx": (TextStatus.EXTRACTED, "slide words"),
    "good.pdf": (TextStatus.EXTRACTED, "quick brown fox"),
    "bomb-200mb.docx": (TextStatus.FAILED, "unpacks to more than 64 MB"),
    "bomb-nested.docx": (TextStatus.EXTRACTED, "x"),
    "bomb-lying-size.docx": (TextStatus.FAILED, "cannot be unpacked"),
    "entries-20000.docx": (TextStatus.FAILED, "20,003 parts"),
    "xxe.docx": (TextStatus.FAILED, "declares a document type"),
    "xxe.pptx": (TextStatus.FAILED, "declares a document type"),
    "laughs.docx": (TextStatus.FAILED, "declares a document type"),
    "remote-template.docx": (TextStatus.EXTRACTED, "x"),
    "macro-as.docx": (TextStatus.EXTRACTED, "x"),
    "zip-slip.docx": (TextStatus.FAILED, "looks like a ZIP archive"),
    "encrypted.docx": (TextStatus.ENCRYPTED, "Password protected"),
    "html-as.docx": (TextStatus.FAILED, "web page (HTML)"),
    "truncated.docx": (TextStatus.FAILED, "its end is missing"),
    "deep-xml.docx": (TextStatus.FAILED, "nested too deeply"),
    "zero.docx": (TextStatus.FAILED, "empty (0 bytes)"),
    "no-text.pdf": (TextStatus.NO_TEXT, "search cannot see inside"),
    "encrypted.pdf": (TextStatus.ENCRYPTED, "Password protected"),
    "encrypted-empty-password.pdf": (TextStatus.EXTRACTED, "readable words"),
    "javascript.pdf": (TextStatus.EXTRACTED, "quick brown fox"),
    "launch.pdf": (TextStatus.EXTRACTED, "quick brown fox"),
    "submit.pdf": (TextStatus.EXTRACTED, "quick brown fox"),
    "page-loop.pdf": (TextStatus.FAILED, "2 of its 2 pages cannot be read"),
    "xref-loop.pdf": (TextStatus.EXTRACTED, "quick brown fox"),
    "bomb-stream.pdf": (TextStatus.NO_TEXT, "search cannot see inside"),
    "filters-nested.pdf": (TextStatus.NO_TEXT, "search cannot see inside"),
    "deep-arrays.pdf": (TextStatus.FAILED, "damaged"),
    "count-lie.pdf": (TextStatus.NO_TEXT, "search cannot see inside"),
    "truncated.pdf": (TextStatus.FAILED, "damaged"),
    "html-as.pdf": (TextStatus.FAILED, "web page (HTML)"),
    "pdf-html.pdf": (TextStatus.FAILED, "web page (HTML)"),
    "pdf-zip.pdf": (TextStatus.EXTRACTED, "quick brown fox"),
    "zero.pdf": (TextStatus.FAILED, "empty (0 bytes)"),
}


@pytest.mark.parametrize("name", EVIL)
def test_hostile_documents_end_in_a_state_and_a_sentence(evil: Path, name: str) -> None:
    status, words = EVIL[name]
    found = extract_text(evil / name)
    assert found.status is status
    assert words in (words_of(found) if status is TextStatus.EXTRACTED else found.note)
    assert bool(found.pages) == (status is TextStatus.EXTRACTED)


def test_the_table_of_hostile_documents_leaves_none_out(evil: Path) -> None:
    items = json.loads((evil / "index.json").read_text())["files"]
    names = {item["file"] for item in items if item["kind"] == "document"}
    assert {name for name in names if not name.startswith("name-")} == set(EVIL)


def test_nothing_is_unpacked_onto_the_disk(evil: Path) -> None:
    extract_text(evil / "zip-slip.docx")
    assert not Path("/tmp/evil-zip-slip.txt").exists()
    assert not Path("/tmp/evil-zip-abs.txt").exists()


# ------------------------------------------------------------------------------------------ Word

PRINTABLE = st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"])
HEADING_STYLES = (
    '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Our look"/>'
    '<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Deep"><w:name w:val="heading 5"/></w:style>'
)


def test_a_word_file_is_divided_at_its_headings(tmp_path: Path) -> None:
    body = "".join(
        [
            make.paragraph("Before any heading"),
            make.paragraph("Welcome", "berschrift1"),
            make.paragraph("First words"),
            make.paragraph("A fine point", "Deep"),
            make.paragraph("Second part", "Own"),
            make.paragraph("Last words"),
        ]
    )
    found = extract_text(make.word_file(tmp_path / "a.docx", body, styles=HEADING_STYLES))
    assert found.pages == (
        DocumentPage(1, "Before any heading"),
        DocumentPage(2, "Welcome\nFirst words\nA fine point", "Welcome"),
        DocumentPage(3, "Second part\nLast words", "Second part"),
    )
    assert found.page_count is None


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<w:p><w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r></w:p>", "one two\nthree"),
        ("<w:p><w:r><w:t>well</w:t><w:noBreakHyphen/><w:t>being</w:t></w:r></w:p>", "well-being"),
        ("<w:p><w:r><w:t>hospi</w:t></w:r><w:r><w:t>tal</w:t></w:r></w:p>", "hospital"),
        (
            "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>come</w:t></w:r></w:ins></w:p>",
            "come",
        ),
        ("<w:p><w:r><w:instrText>PAGEREF _Toc1</w:instrText><w:t>7</w:t></w:r></w:p>", "7"),
        (
            f"<w:tbl><w:tr><w:tc>{make.paragraph('left')}</w:tc><w:tc>{make.paragraph('right')}</w:tc></w:tr></w:tbl>",
            "left\nright",
        ),
        (
            f"<w:p><w:r><mc:AlternateContent><mc:Choice>{make.paragraph('in a box')}</mc:Choice>"
            f"<mc:Fallback>{make.paragraph('in a box')}</mc:Fallback></mc:AlternateContent>"
            "<w:t>outside</w:t></w:r></w:p>",
            "in a box\noutside",
        ),
    ],
)
def test_word_markup(tmp_path: Path, body: str, text: str) -> None:
    assert words_of(extract_text(make.word_file(tmp_path / "a.docx", body))) == text


def test_footnotes_come_last_and_say_so(tmp_path: Path) -> None:
    found = extract_text(
        make.word_file(tmp_path / "a.docx", make.paragraph("Body"), footnotes=make.paragraph("See the report"))
    )
    assert found.pages == (DocumentPage(1, "Body"), DocumentPage(2, "See the report", "Footnotes"))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(PRINTABLE, min_size=1), min_size=1, max_size=5))
def test_words_written_by_a_word_library_come_back(tmp_path: Path, paragraphs: list[str]) -> None:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(tmp_path / "a.docx"))
    assert words_of(extract_text(tmp_path / "a.docx")).split() == tidy("\n".join(paragraphs)).split()


# ------------------------------------------------------------------------------------------ presentations


def test_slides_come_in_the_order_they_are_shown(tmp_path: Path) -> None:
    slides = {"1": make.shape("first made"), "2": make.shape("second made"), "10": make.shape("tenth made")}
    shown = extract_text(make.presentation(tmp_path / "a.pptx", slides, order=["10", "1", "2"]))
    assert [(page.number, page.text) for page in shown.pages] == [
        (1, "tenth made"),
        (2, "first made"),
        (3, "second made"),
    ]
    unlisted = extract_text(make.presentation(tmp_path / "b.pptx", slides, order=[]))
    assert [page.text for page in unlisted.pages] == ["first made", "second made", "tenth made"]


def test_a_slide_has_a_title_its_words_diagrams_and_notes_but_no_page_number(tmp_path: Path) -> None:
    diagram = "<a:p><a:t>Plan</a:t></a:p><a:p><a:t>Do</a:t></a:p>"
    notes = make.shape("Pause here", "body")
    body = [("Our values", "title"), ("Trust\nCare", ""), ("17", "sldNum"), ("May 2021", "dt")]
    path = make.presentation(
        tmp_path / "a.pptx",
        {"1": "".join(make.shape(text, role) for text, role in body)},
        ["1"],
        **{
            "ppt/slides/_rels/slide1.xml.rels": make.relations(
                n=("notesSlide", "../notesSlides/notesSlide1.xml"), d=("diagramData", "../diagrams/data1.xml")
            ),
            "ppt/notesSlides/notesSlide1.xml": f"<p:notes {make.NAMESPACES}>{notes}</p:notes>",
            "ppt/diagrams/data1.xml": f"<a:model {make.NAMESPACES}>{diagram}</a:model>",
        },
    )
    found = extract_text(path)
    text = "Our values\nTrust\nCare\n\nPlan\nDo\n\nSpeaker notes: Pause here"
    assert found.pages == (DocumentPage(1, text, "Our values"),)
    assert found.page_count == 1


def test_a_slide_without_words_keeps_the_numbers_of_the_others(tmp_path: Path) -> None:
    path = make.presentation(tmp_path / "a.pptx", {"1": make.shape(""), "2": make.shape("words")}, ["1", "2"])
    found = extract_text(path)
    assert (found.page_count, [page.number for page in found.pages]) == (2, [2])


def test_what_was_read_before_a_broken_slide_is_kept(tmp_path: Path) -> None:
    path = make.presentation(tmp_path / "a.pptx", {"1": make.shape("good"), "2": "<broken"}, ["1", "2"])
    found = extract_text(path)
    assert (found.status, found.is_cut, words_of(found)) == (TextStatus.EXTRACTED, True, "good")
    assert found.note.startswith("Search sees only the first part, up to number 1. The file is damaged")


def test_an_endless_slide_is_cut(tmp_path: Path) -> None:
    slides = {"1": make.shape("short"), "2": make.shape("a " * 5000), "3": make.shape("never")}
    found = extract_text(make.presentation(tmp_path / "a.pptx", slides, ["1", "2", "3"]), max_characters=1000)
    assert [page.number for page in found.pages] == [1, 2]
    assert (found.is_cut, found.page_count, found.note.startswith("Very long")) == (True, 3, True)


# ------------------------------------------------------------------------------------------ OpenDocument


def test_an_opendocument_text_is_divided_at_its_headings(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        '<text:h text:outline-level="1">Welcome</text:h><text:p>one<text:s text:c="3"/>two<text:tab/>three</text:p>'
        "<text:p>bo<text:span>ld</text:span><office:annotation><text:p>remark</text:p></office:annotation></text:p>"
        '<text:h text:outline-level="2">Second</text:h><text:p>a<text:line-break/>b</text:p>'
    )
    found = extract_text(make.opendocument(tmp_path / "a.odt", "text", f"<office:text>{body}</office:text>"))
    assert found.pages == (
        DocumentPage(1, "Welcome\none two three\nbold", "Welcome"),
        DocumentPage(2, "Second\na\nb", "Second"),
    )


def test_an_opendocument_presentation_is_read_with_its_notes(tmp_path: Path) -> None:
    def frame(text: str, role: str) -> str:
        return f'<draw:frame presentation:class="{role}"><text:p>{text}</text:p></draw:frame>'

    notes = f"<presentation:notes>{frame('Pause', 'notes')}{frame('1', 'page-number')}</presentation:notes>"
    pages = f"<draw:page>{frame('Hello', 'title')}{frame('Words', 'outline')}{notes}</draw:page><draw:page/>"
    path = make.opendocument(tmp_path / "a.odp", "presentation", f"<office:presentation>{pages}</office:presentation>")
    found = extract_text(path)
    assert found.pages == (DocumentPage(1, "Hello\nWords\n\nSpeaker notes: Pause", "Hello"),)
    assert found.page_count == 2


def test_a_locked_opendocument_text_is_told_as_such(tmp_path: Path) -> None:
    locked = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    found = extract_text(make.opendocument(tmp_path / "a.odt", "text", "<office:text/>", manifest=locked))
    assert found.status is TextStatus.ENCRYPTED


# ------------------------------------------------------------------------------------------ plain text and others


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_plain_text_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes("Café – “naïve”\r\nzweite Zeile".encode(encoding))
    assert extract_text(path).pages == (DocumentPage(1, "Café – “naïve”\nzweite Zeile"),)


@given(st.text(st.characters(codec="utf-8"), min_size=3, max_size=50), st.integers(0, 3))
def test_plain_text_cut_inside_a_character_stays_readable(text: str, missing: int) -> None:
    content = text.encode()
    assert text.removeprefix("\ufeff").startswith(decode(content[: len(content) - missing]))


@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, TextStatus.UNSUPPORTED, "an old Word document"),
        ("a.rtf", b"{\\rtf1 words}", TextStatus.UNSUPPORTED, "a rich text document (RTF)"),
        ("a.txt", b" \r\n", TextStatus.NO_TEXT, "search cannot see inside"),
        ("a.bin", bytes(range(256)), TextStatus.UNSUPPORTED, "search cannot see inside"),
        ("a.pptx", b"%PDF-1.4 no more", TextStatus.FAILED, "damaged"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, content: bytes, status: TextStatus, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = extract_text(path)
    assert found.status is status
    assert words in found.note


def test_a_missing_file_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        extract_text(tmp_path / "nowhere.pdf")


# ------------------------------------------------------------------------------------------ limits


def test_too_many_characters_are_cut_and_said(tmp_path: Path) -> None:
    body = "".join(make.paragraph(f"Part {n}", "berschrift1") + make.paragraph("word " * 20) for n in range(10))
    found = extract_text(make.word_file(tmp_path / "a.docx", body, styles=HEADING_STYLES), max_characters=250)
    assert (found.status, found.is_cut) == (TextStatus.EXTRACTED, True)
    assert sum(len(page.text) for page in found.pages) <= 250
    assert [page.number for page in found.pages] == [1, 2, 3]
    assert found.note == "Very long: search sees only the first part, up to number 3."


def test_one_endless_paragraph_is_cut(tmp_path: Path) -> None:
    found = extract_text(make.word_file(tmp_path / "a.docx", make.paragraph("a" * 5000)), max_characters=1000)
    assert (len(words_of(found)), found.is_cut) == (1000, True)


@pytest.mark.parametrize("name", ["Maxims for change/Maxims handout.pdf"])
def test_a_pdf_is_cut_at_the_same_limit(shared_dir: Path, name: str) -> None:
    found = extract_text(shared_dir / "drive-sample" / f"2020-06-04 {name}", max_characters=2500)
    assert 2400 < sum(len(page.text) for page in found.pages) <= 2500
    assert (found.is_cut, found.page_count) == (True, 4)


def test_no_time_at_all_ends_in_a_sentence(evil: Path) -> None:
    found = extract_text(evil / "good.pdf", timeout_seconds=0.01)
    assert (found.status, found.pages) == (TextStatus.FAILED, ())
    assert "took longer than 0.01 seconds" in found.note


def test_too_little_memory_ends_in_a_sentence(evil: Path) -> None:
    found = extract_text(evil / "bomb-stream.pdf", memory_bytes=160 * 2**20)
    assert found.status in (TextStatus.FAILED, TextStatus.NO_TEXT)
    assert "search cannot see inside" in found.note


# ------------------------------------------------------------------------------------------ properties


READERS = [("docx", office_text), ("pptx", office_text), ("odt", opendocument_text), ("odp", opendocument_text)]


def _read(reader: Any, path: Path) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    reader({"path": str(path), "max_characters": 1000}, records.append)
    return records


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_to_an_office_file_makes_its_reader_fail(tmp_path: Path, data: st.DataObject) -> None:
    kind, module = data.draw(st.sampled_from(READERS))
    path = tmp_path / f"a.{kind}"
    if kind == "docx":
        make.word_file(path, make.paragraph("words") * 3, styles=HEADING_STYLES)
    elif kind == "pptx":
        make.presentation(path, {"1": make.shape("words", "title")}, ["1"])
    else:
        make.opendocument(path, "text", "<text:h>Title</text:h><text:p>words</text:p>")
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
    for record in _read(getattr(module, f"read_{kind}"), path):
        assert record.keys() & {"problem", "number", "page_count", "is_cut", "is_encrypted"}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_damaged_pdf_ends_in_some_state(evil: Path, tmp_path: Path, damage: list[tuple[float, int]]) -> None:
    content = bytearray((evil / "good.pdf").read_bytes())
    for place, byte in damage:
        content[int(place * len(content))] = byte
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    found = extract_text(path)
    assert bool(found.pages) == (found.status is TextStatus.EXTRACTED)
    assert found.pages or found.note


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("<>/&;wpatbr :='\"![]-?x\n"), max_size=80))
def test_no_xml_makes_the_reader_fail(tmp_path: Path, body: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", body)
    _read(office_text.read_docx, tmp_path / "a.docx")


@given(st.text())
def test_tidy_text_is_tidy_and_stays_so(text: str) -> None:
    tidied = tidy(text)
    assert tidy(tidied) == tidied
    assert not set(tidied) & {"\0", "\r", "\t", "\xad", "\ufffe", "\uffff"}
    assert "\n\n\n" not in tidied
    assert tidied.encode("utf-8").decode("utf-8") == tidied


@pytest.mark.parametrize(
    ("raw", "tidied"),
    [
        ("inter\ufffe\r\nnational", "international"),
        ("inter\xad\nnational care", "international care"),
        ("co\xadoperate", "cooperate"),
        ("a  b\t c", "a b c"),
        ("a\n\n\n\n b", "a\n\nb"),
        ("nul\0 and half\ud800 a character", "nul and half a character"),
    ],
)
def test_tidying(raw: str, tidied: str) -> None:
    assert tidy(raw) == tidied
