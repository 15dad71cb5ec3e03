"""The main job from end to end on real input: a messy drive is imported, and what is said in it is found to the second."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command

from library.models import RecordingPage
from tests import factories

pytestmark = pytest.mark.slow

# A moment may begin this much before its phrase: a listener wants the start of the sentence, not the middle of an hour.
EARLIEST_SECONDS = 15.0


@pytest.fixture
def imported(site, shared_dir: Path) -> list[dict]:
    with pytest.raises(SystemExit) as ended:
        call_command("import_share", str(shared_dir / "drive-sample"), "--apply", "--publish")
    assert ended.value.code == 1, "the sample holds broken files, and each is told"
    factories.settle()
    return json.loads((shared_dir / "drive-sample.expected.json").read_text())["recordings"]


def test_each_phrase_that_was_said_leads_a_visitor_to_its_second(imported, shared_dir, client):
    from bs4 import BeautifulSoup

    wrong = []
    for recording in imported:
        content = (shared_dir / "drive-sample" / recording["media"]).read_bytes()
        page = RecordingPage.objects.get(media__sha256=hashlib.sha256(content).hexdigest())
        cues = page.caption_tracks.first().cues if recording["moments"] else ()
        for moment in recording["moments"]:
            answer = BeautifulSoup(client.get("/search/", {"q": moment["words"]}).content, "html.parser")
            links = [link["href"] for link in answer.select("main a[href]") if "/library/" in link["href"]]
            first = next(link for link in links if "?t=" in link or "?page=" in link)
            asked = parse_qs(urlsplit(first).query) if first.startswith(page.url) else {}
            seconds = float(asked.get("t", ["nan"])[0])
            is_early_enough = moment["starts"] - EARLIEST_SECONDS <= seconds <= moment["starts"] + 1
            if not (links[0].startswith(page.url) and is_early_enough):
                wrong.append((page.title, moment, first))
        assert not recording["moments"] or cues
    assert wrong == []
