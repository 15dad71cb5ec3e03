"""Plans caption files: to which recording each belongs, and which counts when there are several in one language."""

# ruff: noqa: SIM905 - long word lists are read most easily as lines of words

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from library.captions import TrackKind, kind_by_name, likely_language
from library.ingest.imported import Known, KnownCaptions
from library.ingest.items import CaptionsContent, Create, Item, Origin, Problem, Skip, Update
from library.ingest.manifest import Manifest, ShareFile
from library.ingest.naming.caption_marks import Making, is_draft, making_of, version_of
from library.ingest.naming.languages import language_in_name, language_of_folders
from library.ingest.naming.names import is_set_aside, pairing_stem
from library.ingest.pairing import PairMatcher
from library.ingest.places import KIND_WORDS, place_of
from library.ingest.recordings import PlannedRecording, duplicate_of, originals_first
from library.languages import LANGUAGES, UNKNOWN_LANGUAGE

DEFAULT_LANGUAGE = "en"
_MACHINE_DIALECTS = frozenset({"youtube", "youtube-xml", "zoom", "teams", "whisper", "json", "table"})
_NO_CAPTIONS = {
    TrackKind.SPRITES: "addresses of preview pictures, not captions",
    TrackKind.METADATA: "data for programs, not captions",
    TrackKind.CHAPTERS: "chapters, not captions: type them into the recording's form",
}
# Languages that are written in a script of their own.
_OF_OTHER_SCRIPTS = frozenset(
    "he el th ko bn pa gu ta te ml si ka hy am lo km my hi mr ja zh ru uk sr ar ur fa".split()
)
_MAX_WARNINGS_TOLD = 2
_OLD = 2  # the state of drafts and old captions

Keyed = tuple[str | None, Item]


def plan_captions(
    manifest: Manifest,
    captions: Sequence[ShareFile],
    matcher: PairMatcher,
    recordings: Mapping[str, PlannedRecording],
    broken_media: Sequence[ShareFile],
    known: Known,
) -> Iterator[Keyed]:
    """The item of each caption file, with the key of the recording it belongs to (None: to none)."""
    of_recording: dict[str, list[tuple[ShareFile, str]]] = defaultdict(list)
    for file in captions:
        assert file.captions is not None
        if (kind := kind_in(file)) in _NO_CAPTIONS:
            yield None, Skip(file, _NO_CAPTIONS[kind])
            continue
        ends_at_seconds = max((cue.end_seconds for cue in file.captions.cues), default=0.0)
        pairing = matcher.pair(place_of(file), ends_at_seconds=ends_at_seconds)
        if pairing.key is None:
            yield None, Problem(file, _why_alone(file, pairing.reason, broken_media))
        else:
            of_recording[pairing.key].append((file, pairing.reason))
    for key, files in of_recording.items():
        for item in _of_one_recording(manifest, files, recordings[key], known):
            yield key, item


def kind_in(file: ShareFile) -> TrackKind:
    """What a file of timed text is for: by what stands in it, or else by its name."""
    by_content = file.captions.kind if file.captions else TrackKind.CAPTIONS
    return by_content if by_content is not TrackKind.CAPTIONS else kind_by_name(file.stem)


def language_of(file: ShareFile) -> str:
    """The language of captions, without a region: from the name, a folder, the file's header, its words, or else English.

    A script that the told language is not written in (Arabic letters in "talk.en.srt") is believed before all of these.
    """
    words = _from_words(file)
    from_header = file.captions.language if file.captions else ""
    told = language_in_name(file.stem) or language_of_folders(file.folders, KIND_WORDS) or from_header
    code = _base(told or words or DEFAULT_LANGUAGE)
    if words in _OF_OTHER_SCRIPTS and code not in _OF_OTHER_SCRIPTS:
        code = words
    return code if code in dict(LANGUAGES) else UNKNOWN_LANGUAGE


def _base(code: str) -> str:
    return code.replace("_", "-").split("-")[0].casefold() or DEFAULT_LANGUAGE


def _from_words(file: ShareFile) -> str:
    return likely_language(cue.text for cue in file.captions.cues) if file.captions else ""


def origin_of(file: ShareFile) -> Origin:
    """Machine-made when the dialect or the name shows it; otherwise nobody knows, and it is simply imported."""
    if making_of(file.stem) is Making.CHECKED:
        return Origin.IMPORTED
    is_machine = bool(file.captions and file.captions.dialect in _MACHINE_DIALECTS)
    return Origin.MACHINE if is_machine or making_of(file.stem) is Making.MACHINE else Origin.IMPORTED


def _of_one_recording(
    manifest: Manifest, files: Sequence[tuple[ShareFile, str]], recording: PlannedRecording, known: Known
) -> Iterator[Item]:
    tracks = known.captions_by_recording.get(recording.known_key or "", [])
    by_language: dict[str, list[tuple[ShareFile, str]]] = defaultdict(list)
    for file, reason in files:
        by_language[language_of(file)].append((file, reason))
    for language, rivals in sorted(by_language.items()):
        held = [track for track in tracks if track.language.split("-")[0] == language]
        rivals.sort(key=lambda entry: _preference(entry[0], held, manifest))
        if not held:
            rivals = _webvtt_first(rivals)
        best, reason = rivals[0]
        if len(rivals) > 1 and (told := _why_better(best, rivals[1][0])):
            reason = f"{reason}; preferred to “{rivals[1][0].name}”, which {told}"
        yield _chosen(manifest, best, reason, language, held, {file.sha256 for file, _ in files})
        for file, _ in rivals[1:]:
            yield _not_chosen(file, best, held, language)


def _chosen(
    manifest: Manifest, file: ShareFile, reason: str, language: str, held: Sequence[KnownCaptions], here: set[str]
) -> Item:
    if any(track.sha256 == file.sha256 for track in held):
        return Skip(file, "already in the library")
    content = CaptionsContent(language, origin_of(file))
    if not held:
        return Create(file, content, reason, _notes(file))
    track = next((track for track in held if track.source_path == manifest.source_of(file)), None)
    if track and track.sha256 not in here:
        reason = "the file at this place has changed since it was imported"
        return Update(file, content, track.key, reason, _notes(file))
    told = f"the recording has captions in this language ({language}) already"
    return Skip(file, f"{told}: remove those there to use these")


def _not_chosen(file: ShareFile, best: ShareFile, held: Sequence[KnownCaptions], language: str) -> Item:
    if any(track.sha256 == file.sha256 for track in held):
        return Skip(file, "already in the library")
    if file.sha256 == best.sha256:
        return duplicate_of(file, best)
    assert file.captions is not None and best.captions is not None
    if _words(file) == _words(best):
        return Skip(file, f"the same words as “{best.name_path}” in another format")
    told = f"another set of captions in the same language ({language}): “{best.name_path}” is used"
    why = _why_better(best, file)
    return Skip(file, f"{told}, this one {why}" if why else told)


def _preference(file: ShareFile, held: Sequence[KnownCaptions], manifest: Manifest) -> tuple[object, ...]:
    """What the library has stays; then the better made, the newer, WebVTT, the original, and the fuller one."""
    cues = file.captions.cues if file.captions else ()
    return (
        not any(track.sha256 == file.sha256 for track in held),
        not any(track.source_path == manifest.source_of(file) for track in held),
        *_quality(file),
        file.stem.casefold().endswith(".cc"),  # typed or guessed live; Zoom's transcript of the recording is better
        -(file.modified.timestamp() // 60),
        file.extension != ".vtt",
        -len(cues),
        originals_first(file),
        file.path,
    )


def _quality(file: ShareFile) -> tuple[bool, int, int, float]:
    """Sorts the better captions first: full, checked by a person, not machine-made, final, of the highest version."""
    making = Making.MACHINE if origin_of(file) is Origin.MACHINE else making_of(file.stem)
    return kind_in(file) is TrackKind.FORCED, making.value, _state(file), -version_of(file.stem)


def _state(file: ShareFile) -> int:
    """0 for what is called final, 2 for drafts, old ones and those in folders of things set aside, 1 for the rest."""
    return _OLD if any(is_set_aside(folder) for folder in file.folders) else is_draft(file.stem)


def _why_better(best: ShareFile, other: ShareFile) -> str:
    """What speaks against `other` beside `best` ("is machine-made"); "" when only the order of names decided."""
    mine, theirs = _quality(best), _quality(other)
    is_machine = theirs[1] == Making.MACHINE.value
    told = (
        "holds only what is said in another language",
        "is machine-made" if is_machine else "does not say that a person checked it",
        "is a draft or an old one" if theirs[2] == _OLD else "is not called final",
        "is an earlier version",
    )
    for index, words in enumerate(told):
        if mine[index] != theirs[index]:
            return words if mine[index] < theirs[index] else ""
    return "is older" if best.modified.timestamp() // 60 > other.modified.timestamp() // 60 else ""


def _webvtt_first(rivals: list[tuple[ShareFile, str]]) -> list[tuple[ShareFile, str]]:
    """The same, but of files with the very same words and rank the WebVTT one first, whichever is newer."""
    best = rivals[0][0]
    for index, (file, _) in enumerate(rivals[1:], start=1):
        is_equal = _quality(file) == _quality(best) and _words(file) == _words(best)
        if is_equal and file.extension == ".vtt" != best.extension:
            return [rivals[index], *rivals[:index], *rivals[index + 1 :]]
    return rivals


def _words(file: ShareFile) -> list[str]:
    return " ".join(cue.text for cue in file.captions.cues).split() if file.captions else []


def _why_alone(file: ShareFile, reason: str, broken_media: Sequence[ShareFile]) -> str:
    stem = pairing_stem(file.stem)
    for media in broken_media:
        if media.folders == file.folders and pairing_stem(media.stem) == stem:
            return f"Their recording “{media.name_path}” cannot be used (see there). Correct it, and import again."
    if reason.startswith("could belong"):
        return f"These captions {reason}. Give them the name of their recording, and import again."
    if "the last caption ends at" in reason:
        return f"These captions fit no recording: {reason}. Check which recording they belong to, and their times."
    return f"These captions have no recording: {reason}. Put them next to their recording, with the same name, and import again."


def _notes(file: ShareFile) -> tuple[str, ...]:
    warnings = file.captions.warnings if file.captions else ()
    told = [f"line {warning.line}: {warning.message}" for warning in warnings[:_MAX_WARNINGS_TOLD]]
    if kind_in(file) is TrackKind.FORCED:
        told.insert(0, "the name says that only what is said in another language is captioned")
    if len(warnings) > _MAX_WARNINGS_TOLD:
        told.append(f"and {len(warnings) - _MAX_WARNINGS_TOLD} smaller flaws more")
    return tuple(told)
