"""What the library says about a recording's file, and what it refuses, and why."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageStat

from library.files import signatures
from library.media.probing import (
    ALLOWED_DOCUMENT_EXTENSIONS,
    ALLOWED_MEDIA_EXTENSIONS,
    FileKind,
    ProbeError,
    check_document,
    check_media,
    kind_of,
    probe_media,
    sniff_file,
    sniff_mime,
)
from tests.library import media_makers

# ------------------------------------------------------------------------------------------ real recordings


def test_each_recording_of_the_sample_drive_is_as_long_as_it_is(shared_dir: Path) -> None:
    expected = json.loads((shared_dir / "drive-sample.expected.json").read_text())["recordings"]
    assert len(expected) == 8
    for recording in expected:
        path = shared_dir / "drive-sample" / recording["media"]
        probe = probe_media(path)
        assert abs(probe.duration_seconds - recording["seconds"]) <= 2, path.name
        assert probe.size_bytes == path.stat().st_size
        assert probe.is_browser_playable
        assert probe.kind == ("audio" if path.suffix == ".mp3" else "video")
        assert (probe.poster_jpeg is None) == (probe.kind == "audio")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lost session.mp4", ["cut off", "5,000 of at least", "index (moov) is missing", "Copy or download it again"]),
        ("empty.mp4", ["empty (0 bytes)"]),
        ("page saved as video.mp4", ["not a video or audio file", "web page (HTML)"]),
    ],
)
def test_what_is_no_recording_is_told_in_plain_words(shared_dir: Path, name: str, words: list[str]) -> None:
    with pytest.raises(ProbeError) as refused:
        probe_media(shared_dir / "drive-sample" / "Old" / name)
    for word in words:
        assert word in str(refused.value)


# ------------------------------------------------------------------------------------------ hostile files

PLAYLIST = "playlist that points to other files"
HOSTILE_MEDIA = {
    "truncated.mp4": "cut off",
    "ftyp-only.mp4": "index (moov) is missing",
    "box-size-lie.mp4": "cut off",
    "box-zero-loop.mp4": "index (moov) is missing",
    "deep-boxes.mp4": "damaged",
    "duration-2-63.mp4": "neither picture nor sound",
    "html-as.mp4": "looks like a web page (HTML)",
    "m3u8-file-as.mp4": PLAYLIST,
    "m3u8-http-as.mp4": PLAYLIST,
    "ffconcat-as.mp4": PLAYLIST,
    "sdp-as.mp4": PLAYLIST,
    "dash-as.mp4": PLAYLIST,
    "gab2-as.avi": "neither picture nor sound",
    "id3-html.mp3": "damaged",
    "zero.mp4": "empty (0 bytes)",
}


@pytest.mark.parametrize(("name", "words"), HOSTILE_MEDIA.items())
def test_hostile_media_is_refused_in_plain_words(evil: Path, name: str, words: str) -> None:
    with pytest.raises(ProbeError, match=words.replace("(", r"\(").replace(")", r"\)")):
        probe_media(evil / name)


def test_the_table_of_hostile_media_leaves_none_out(evil: Path) -> None:
    items = json.loads((evil / "index.json").read_text())["files"]
    media = {item["file"] for item in items if item["kind"] == "media" and not item["file"].startswith("name-")}
    assert media == {*HOSTILE_MEDIA, "good.wav"}


def test_the_good_file_among_the_hostile_is_taken(evil: Path) -> None:
    probe = probe_media(evil / "good.wav")
    assert (probe.kind, probe.mime_type, probe.duration_seconds) == ("audio", "audio/wav", 1.0)


@pytest.mark.parametrize("name", ["id3-html.mp3", "good.wav"])
def test_a_form_takes_what_begins_like_a_recording(evil: Path, name: str) -> None:
    assert check_media(evil / name).startswith("audio/")


# ------------------------------------------------------------------------------------------ containers and codecs


@pytest.mark.parametrize(
    ("name", "making", "mime_type", "is_playable"),
    [
        ("a.mp4", {}, "video/mp4", True),
        ("silent.mp4", {"audio_codec": ""}, "video/mp4", True),
        ("index-first.mp4", {"options": {"movflags": "+faststart"}}, "video/mp4", True),
        ("fragments.mp4", {"options": {"movflags": "frag_keyframe+empty_moov"}}, "video/mp4", True),
        ("colours.mp4", {"pixel_format": "yuv444p"}, "video/mp4", False),
        ("old-codec.mp4", {"video_codec": "mpeg4"}, "video/mp4", False),
        ("apple.mov", {}, "video/quicktime", False),
        ("web.webm", {"video_codec": "libvpx", "audio_codec": "libopus"}, "video/webm", True),
        ("matroska.mkv", {}, "video/x-matroska", False),
        ("windows.avi", {"video_codec": "mpeg4", "audio_codec": "libmp3lame"}, "video/x-msvideo", False),
        ("windows.wmv", {"video_codec": "wmv2", "audio_codec": "wmav2"}, "video/x-ms-asf", False),
        ("disc.mpg", {"video_codec": "mpeg1video", "audio_codec": "mp2", "frames_a_second": 25}, "video/mpeg", False),
    ],
)
def test_videos(tmp_path: Path, name: str, making: dict[str, Any], mime_type: str, is_playable: bool) -> None:
    probe = probe_media(media_makers.make_video(tmp_path / name, **making))
    assert (probe.kind, probe.mime_type, probe.is_browser_playable) == ("video", mime_type, is_playable)
    assert probe.duration_seconds == pytest.approx(4, abs=0.3)
    assert probe.width == 320
    assert probe.poster_jpeg is not None
    assert Image.open(io.BytesIO(probe.poster_jpeg)).format == "JPEG"


@pytest.mark.parametrize(
    ("name", "codec", "mime_type"),
    [
        ("a.mp3", "libmp3lame", "audio/mpeg"),
        ("a.m4a", "aac", "audio/mp4"),
        ("sound.mp4", "aac", "audio/mp4"),
        ("a.aac", "aac", "audio/aac"),
        ("a.wav", "pcm_s16le", "audio/wav"),
        ("a.flac", "flac", "audio/flac"),
        ("a.ogg", "libopus", "audio/ogg"),
        ("a.opus", "libopus", "audio/ogg"),
        ("a.webm", "libopus", "audio/webm"),
    ],
)
def test_sound(tmp_path: Path, name: str, codec: str, mime_type: str) -> None:
    probe = probe_media(media_makers.make_audio(tmp_path / name, codec=codec))
    assert (probe.kind, probe.mime_type, probe.is_browser_playable) == ("audio", mime_type, True)
    assert probe.duration_seconds == pytest.approx(3, abs=0.15)
    assert (probe.width, probe.height, probe.poster_jpeg) == (None, None, None)


def test_a_length_that_the_header_does_not_give_is_counted(tmp_path: Path) -> None:
    path = media_makers.make_video(
        tmp_path / "live.webm", video_codec="libvpx", audio_codec="libopus", options={"live": "1"}
    )
    assert probe_media(path).duration_seconds == pytest.approx(4, abs=0.3)


def test_half_an_mp3_is_half_as_long_whatever_its_header_says(tmp_path: Path) -> None:
    path = media_makers.make_audio(tmp_path / "a.mp3", seconds=10)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert probe_media(path).duration_seconds == pytest.approx(5, abs=0.3)


# ------------------------------------------------------------------------------------------ cut-off and mended files


def test_a_video_whose_end_is_missing_is_refused_even_when_its_index_is_there(tmp_path: Path) -> None:
    path = media_makers.make_video(tmp_path / "a.mp4", options={"movflags": "+faststart"})
    content = path.read_bytes()
    path.write_bytes(content[:-2000])
    with pytest.raises(
        ProbeError, match=rf"cut off: {len(content) - 2000:,} of at least {len(content):,} bytes are here\."
    ):
        probe_media(path)


def test_loose_bytes_behind_a_whole_video_do_not_matter(tmp_path: Path) -> None:
    path = media_makers.make_video(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes() + b"\x00\x12junk left by a recorder")
    assert probe_media(path).duration_seconds == pytest.approx(4, abs=0.3)


def test_the_name_does_not_matter_to_the_probe(tmp_path: Path) -> None:
    path = media_makers.make_video(tmp_path / "a.mp4").rename(tmp_path / "a video without an extension")
    assert probe_media(path).mime_type == "video/mp4"


# ------------------------------------------------------------------------------------------ posters


def _brightness(jpeg: bytes | None) -> float:
    assert jpeg is not None
    return ImageStat.Stat(Image.open(io.BytesIO(jpeg)).convert("L")).mean[0]


def test_a_poster_is_not_the_black_start(tmp_path: Path) -> None:
    path = media_makers.make_video(tmp_path / "a.mp4", seconds=6, black_until=1.2)
    assert _brightness(probe_media(path).poster_jpeg) > 100


def test_a_video_that_is_black_throughout_still_has_a_poster(tmp_path: Path) -> None:
    path = media_makers.make_video(tmp_path / "a.mp4", black_until=99)
    assert _brightness(probe_media(path).poster_jpeg) < 5


@pytest.mark.slow
def test_a_poster_is_at_most_1280_pixels_wide(tmp_path: Path) -> None:
    path = media_makers.make_video(tmp_path / "a.mp4", seconds=1, size=(3840, 2160), options={"preset": "ultrafast"})
    probe = probe_media(path)
    assert probe.poster_jpeg is not None
    assert Image.open(io.BytesIO(probe.poster_jpeg)).size == (1280, 720)
    assert (probe.width, probe.height) == (3840, 2160)


def test_a_video_that_was_filmed_upright_is_shown_upright(tmp_path: Path) -> None:
    probe = probe_media(media_makers.turn_on_its_side(media_makers.make_video(tmp_path / "a.mp4")))
    assert (probe.width, probe.height) == (180, 320)
    assert probe.poster_jpeg is not None
    assert Image.open(io.BytesIO(probe.poster_jpeg)).size == (180, 320)


def test_a_poster_is_left_out_on_request(tmp_path: Path) -> None:
    assert probe_media(media_makers.make_video(tmp_path / "a.mp4"), with_poster=False).poster_jpeg is None


def test_no_time_at_all_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match=r"longer than 0\.01 seconds"):
        probe_media(media_makers.make_video(tmp_path / "a.mp4"), timeout_seconds=0.01)


def test_a_missing_file_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        probe_media(tmp_path / "nowhere.mp4")


# ------------------------------------------------------------------------------------------ what a file is

MP4 = b"\0\0\0\x18ftypisom\0\0\2\0isommp42"


@pytest.mark.parametrize(
    ("head", "name", "mime_type"),
    [
        (b"", "a.pdf", signatures.EMPTY),
        (b"%PDF-1.7\n", "a.mp4", signatures.PDF),
        (b"\xef\xbb\xbf\r\n%PDF-1.4", "a.pdf", signatures.PDF),
        (MP4, "a.pdf", "video/mp4"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0", "a.m4a", "audio/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", "a.mov", "video/quicktime"),
        (b"\0\0\0\x08wide\0\0\0\x10mdat", "a.mov", "video/quicktime"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a.mp4", "image/heic"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "a", "video/webm"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a", "audio/wav"),
        (b"\xff\xfb\x90\x00" + b"\0" * 40, "a", "audio/mpeg"),
        (b"\xff\xf1\x50\x80\x02", "a", "audio/aac"),
        (b"\xff\xfeh\0e\0l\0l\0o\0", "a.txt", "text/plain"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "application/msword"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.docx", signatures.OLE),
        (b"PK\x03\x04" + b"\0" * 60, "a.docx", signatures.ZIP),
        (b"#EXTM3U\n", "a.mp4", signatures.PLAYLIST),
        (b"\xef\xbb\xbf \n#EXTM3U\n", "a.mp4", signatures.PLAYLIST),
        (b"<!DOCTYPE html><p>x", "a.pdf", signatures.HTML),
        (b"  <HTML>", "a.pdf", signatures.HTML),
        (b'<?xml version="1.0"?><svg>', "a.txt", signatures.SVG),
        (b"WEBVTT\n", "a.txt", "text/vtt"),
        (b"1\n00:00:00,000 --> 00:00:01,000\nx", "a.srt", "application/x-subrip"),
        (b"name,place\n", "a.csv", "text/csv"),
        ("Grüße".encode("cp1252"), "a.txt", "text/plain"),
        (b"MZ\x90\x00", "a.pdf", "application/x-msdownload"),
        (bytes(range(32)) * 4, "a.bin", signatures.UNKNOWN),
    ],
)
def test_content_tells_what_a_file_is(head: bytes, name: str, mime_type: str) -> None:
    assert sniff_mime(head, name) == mime_type


@given(st.binary(max_size=300), st.text(max_size=20))
def test_no_bytes_and_no_name_make_the_sniffing_fail(head: bytes, name: str) -> None:
    mime_type = sniff_mime(head, name)
    assert signatures.plain_name(mime_type)
    assert kind_of(mime_type) in FileKind


@example(b"<MPD", b"mdat")
@given(
    st.sampled_from([b"#EXTM3U", b"ffconcat version 1.0", b"v=0\r\n", b"<MPD", b"<?xml?><MPD"]), st.binary(max_size=60)
)
def test_nothing_that_begins_like_a_playlist_is_ever_handed_to_ffmpeg(start: bytes, rest: bytes) -> None:
    assert sniff_mime(start + rest, "a.mp4") not in signatures.DEMUXERS


def test_every_accepted_extension_has_a_type_the_library_can_place() -> None:
    for extension in ALLOWED_DOCUMENT_EXTENSIONS:
        assert {kind_of(item) for item in signatures.DOCUMENT_TYPES[extension]} == {FileKind.DOCUMENT}
    for extension in ALLOWED_MEDIA_EXTENSIONS:
        assert set(signatures.MEDIA_TYPES[extension]) <= set(signatures.DEMUXERS)


# ------------------------------------------------------------------------------------------ documents at the door


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("html-as.pdf", "it is not a PDF: it looks like a web page (HTML)"),
        ("html-as.docx", "it is not a Word document: it looks like a web page (HTML)"),
        ("pdf-html.pdf", "it looks like a web page (HTML)"),
        ("zero.pdf", "empty (0 bytes)"),
        ("zero.docx", "empty (0 bytes)"),
        ("truncated.docx", "incomplete"),
        ("macro-as.docx", "macros"),
        ("zip-slip.docx", "it looks like a ZIP archive"),
    ],
)
def test_a_document_that_is_not_what_it_is_named_is_refused(evil: Path, name: str, words: str) -> None:
    with pytest.raises(ProbeError) as refused:
        check_document(evil / name)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "name", ["good.pdf", "good.docx", "good.pptx", "no-text.pdf", "encrypted.docx", "encrypted.pdf"]
)
def test_sound_documents_pass_from_a_path_and_from_an_open_file(evil: Path, name: str) -> None:
    content = io.BytesIO((evil / name).read_bytes())
    content.seek(3)
    assert check_document(evil / name) == check_document(content, name)
    assert content.tell() == 0


@pytest.mark.parametrize("name", ["page.html", ".htaccess", "macros.docm", "run.exe", "page.pdf.html", "noextension"])
def test_only_known_extensions_are_accepted(name: str) -> None:
    with pytest.raises(ProbeError, match="Accepted are: pdf, docx, pptx"):
        check_document(io.BytesIO(b"%PDF-1.7"), name)


def test_a_word_file_is_known_by_its_directory_when_pictures_come_first(tmp_path: Path) -> None:
    import random
    import zipfile

    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("media/photo.jpg", random.Random(1).randbytes(200_000))
        archive.writestr("word/document.xml", "<w/>")
        archive.writestr("[Content_Types].xml", "<Types/>")
    with path.open("rb") as file:
        assert sniff_file(file, path.name) == signatures.DOCX
