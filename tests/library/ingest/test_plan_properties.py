"""What holds for every plan, whatever a folder looks like."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import PurePosixPath

from hypothesis import given, settings
from hypothesis import strategies as st

from library.captions import Cue, ParsedCaptions
from library.ingest.imported import Known
from library.ingest.items import CaptionsContent, Create, MaterialContent, RecordingContent
from library.ingest.manifest import FileKind, Manifest, ShareFile
from library.ingest.naming.kinds import because_ignored, kind_by_name
from library.ingest.pairing import Candidate, PairMatcher
from library.ingest.places import FolderPlace, place_of
from library.ingest.plan import make_plan
from library.ingest.rendering import render, to_json
from tests.library.ingest.trees import after

FOLDERS = st.sampled_from(["", "Old", "Care", "Care/Part 1", "2022/Feb", "Caf\u00e9", "Cafe\u0301", "2020-05-14 Trust"])
STEMS = st.sampled_from(
    [
        "talk",
        "talk (1)",
        "Part 1",
        "Part 2",
        "video1",
        "video2",
        "GMT20200514-080012_Recording",
        "talk.en",
        "talk.pl",
        "CoP Feb 22",
        "slides",
        "Part 1 notes",
        "trust",
        "e\u0301",
        "\u00e9",
        "~$talk",
    ]
)
EXTENSIONS = st.sampled_from([".mp4", ".m4a", ".vtt", ".srt", ".pdf", ".pptx", ".url", ".txt", ".DS_Store", ".zip"])


@st.composite
def share_files(draw: st.DrawFn) -> ShareFile:
    folder, stem, extension = draw(FOLDERS), draw(STEMS), draw(EXTENSIONS)
    path = str(PurePosixPath(folder) / f"{stem}{extension}")
    kind = kind_by_name(extension)
    mark = draw(st.integers(0, 3))
    captions = ParsedCaptions((Cue(0.0, 10.0 + mark, f"words {mark}"),), (), "webvtt", "utf-8")
    problem = "" if draw(st.integers(0, 5)) else "This file is broken. Mend it."
    return ShareFile(
        path=path,
        size_bytes=10,
        sha256=f"{kind}{mark}",
        kind=kind,
        duration_seconds=60.0 + mark if kind in (FileKind.VIDEO, FileKind.AUDIO) else None,
        captions=captions if kind is FileKind.CAPTIONS and not problem else None,
        link_url=f"https://example.org/{mark}" if kind is FileKind.LINK and not problem else "",
        problem=problem,
        ignored_because=because_ignored(path),
    )


MANIFESTS = st.lists(share_files(), max_size=14, unique_by=lambda file: file.path).map(
    lambda files: Manifest("Share", tuple(files))
)


@given(MANIFESTS)
def test_every_file_stands_in_exactly_one_item(manifest: Manifest) -> None:
    placed = Counter(item.file.path for item in make_plan(manifest).items)
    assert placed == Counter(file.path for file in manifest.files)


@given(MANIFESTS)
def test_a_second_run_changes_nothing(manifest: Manifest) -> None:
    plan = make_plan(manifest)
    assert make_plan(manifest, after(Known(), manifest, plan)).changes == ()


@settings(max_examples=60)
@given(MANIFESTS, MANIFESTS)
def test_after_any_change_of_the_folder_a_second_run_changes_nothing(before: Manifest, now: Manifest) -> None:
    known = after(Known(), before, make_plan(before))
    known = after(known, now, make_plan(now, known))
    assert make_plan(now, known).changes == ()


@given(MANIFESTS, st.randoms(use_true_random=False))
def test_the_order_of_a_listing_does_not_matter(manifest: Manifest, chance: random.Random) -> None:
    shuffled = list(manifest.files)
    chance.shuffle(shuffled)
    assert make_plan(Manifest(manifest.root, tuple(shuffled))) == make_plan(manifest)


@given(MANIFESTS)
def test_what_is_attached_is_attached_to_a_recording_of_the_plan(manifest: Manifest) -> None:
    plan = make_plan(manifest)
    for group in plan.groups:
        assert group.media is not None and isinstance(group.media, Create)
        assert isinstance(group.media.content, RecordingContent) and group.media.content.title
        languages = [item.content.language for item in group.changes if isinstance(item.content, CaptionsContent)]
        assert len(languages) == len(set(languages))
    for item in plan.others:
        assert not isinstance(item, Create) or isinstance(item.content, MaterialContent)
    assert all(item.reason for item in plan.items)
    titles = [group.title.casefold() for group in plan.groups]
    assert len(titles) == len(set(titles))


@given(MANIFESTS)
def test_every_plan_can_be_shown(manifest: Manifest) -> None:
    plan = make_plan(manifest)
    assert json.loads(json.dumps(to_json(plan)))["counts"] == plan.counts
    text = render(plan)
    assert sum(line.startswith("  ") and not line.startswith("   ") for line in text.splitlines()) == len(
        manifest.files
    )


class _LooksAtAll(PairMatcher):
    def _sharing_something(self, place: FolderPlace) -> set[int]:
        return set(range(len(self._candidates)))


@given(MANIFESTS)
def test_looking_only_at_recordings_that_share_something_decides_as_looking_at_all(manifest: Manifest) -> None:
    media = [file for file in manifest.files if file.is_media]
    candidates = [Candidate(file.path, file.name, place_of(file), file.duration_seconds) for file in media]
    quick, thorough = PairMatcher(candidates), _LooksAtAll(candidates)
    for file in manifest.files:
        for ends_at_seconds in (None, 60.0):
            place = place_of(file)
            found, looked_for = (matcher.pair(place, ends_at_seconds=ends_at_seconds) for matcher in (quick, thorough))
            assert (found.key, found.rivals) == (looked_for.key, looked_for.rivals)
            # Which of all recordings comes closest to a file that none fits is asked only of those that share something.
            assert found.key is None or found.reason == looked_for.reason
