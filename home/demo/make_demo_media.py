"""Makes the demo recordings, captions and documents out of `scripts.json`, so that a fresh clone has something to find.

Every word of it is the project's own, and the speakers are roles, not people.

What it makes is committed; nobody needs to run it to use the product. To make it again after changing `scripts.json`:

1. install espeak-ng (for example `apt-get install espeak-ng`), which speaks the lines; the rest is in
   `requirements.txt`;
2. run `python home/demo/make_demo_media.py`;
3. run `pytest tests/home/test_demo_media.py`, and commit `media/`, `captions/`, `documents/` and `recordings.json`.

Each line is spoken on its own, so the captions are exact: a cue lasts as long as its sound. The three caption files
are written in three dialects on purpose (WebVTT with voices, WebVTT as meeting software writes it, SRT), because the
library has to read them all. `recordings.json` tells what was made: durations, chapters, speakers.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
if __name__ == "__main__":
    sys.path.append(str(FOLDER.parent.parent))

from home.demo import demo_documents, demo_encoding, demo_slides  # noqa: E402 - the path is set just above

SAMPLE_RATE = 22_050
LEAD_SECONDS = 0.8  # silence before the first word, so that no player swallows it
AUDIBLE = 200  # of 32,767; below it a sample counts as silence
GAP_SECONDS = 0.35
SLIDE_GAP_SECONDS = 0.9
TAIL_SECONDS = 1.2


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One sentence on the recording's clock; times in seconds."""

    start_seconds: float
    end_seconds: float
    speaker: str
    text: str
    slide: int


def speak(text: str, voice: dict[str, Any]) -> array[int]:
    """Return mono samples (16 bit, 22,050 a second) of espeak-ng saying the text, without the silence around it."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "line.wav"
        command = ["espeak-ng", "-v", voice["voice"], "-p", str(voice["pitch"]), "-s", str(voice["words_per_minute"])]
        subprocess.run([*command, "-w", str(target), text], check=True, timeout=30)  # noqa: S603 - our own words
        with wave.open(str(target)) as sound:
            if sound.getframerate() != SAMPLE_RATE or sound.getnchannels() != 1:
                raise SystemExit(f"espeak-ng was expected to give mono sound at {SAMPLE_RATE} Hz.")
            samples = array("h", sound.readframes(sound.getnframes()))
    loud = [position for position, sample in enumerate(samples) if abs(sample) > AUDIBLE]
    return samples[loud[0] : loud[-1] + 1]


def perform(recording: dict[str, Any], voices: dict[str, Any]) -> tuple[array[int], list[SpokenLine]]:
    """Speak a whole script and return its sound and its lines with their times."""
    track = _silence(LEAD_SECONDS)
    lines: list[SpokenLine] = []
    for number, slide in enumerate(recording["slides"]):
        for speaker, text in slide["lines"]:
            sound = speak(text, voices[speaker])
            start, end = len(track) / SAMPLE_RATE, (len(track) + len(sound)) / SAMPLE_RATE
            lines.append(SpokenLine(round(start, 3), round(end, 3), speaker, text, number))
            is_last = text == slide["lines"][-1][1]
            track += sound + _silence(SLIDE_GAP_SECONDS if is_last else GAP_SECONDS)
    return track + _silence(TAIL_SECONDS), lines


def _silence(seconds: float) -> array[int]:
    return array("h", bytes(2 * round(seconds * SAMPLE_RATE)))


def clock(seconds: float, mark: str = ".") -> str:
    """Return hh:mm:ss.mmm for captions."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}{mark}{rest % 1000:03d}"


def captions(lines: list[SpokenLine], dialect: str) -> str:
    """Return the captions as text: "webvtt" with voices, "zoom" (numbered cues, "Name: words") or "srt"."""
    mark = "," if dialect == "srt" else "."
    blocks = []
    for number, line in enumerate(lines, 1):
        times = f"{clock(line.start_seconds, mark)} --> {clock(line.end_seconds, mark)}"
        if dialect == "webvtt":
            blocks.append(f"{times}\n<v {line.speaker}>{line.text}</v>\n")
        else:
            blocks.append(f"{number}\n{times}\n{line.speaker}: {line.text}\n")
    header = "" if dialect == "srt" else "WEBVTT\n\n"
    return header + "\n".join(blocks)


def chapters(recording: dict[str, Any], lines: list[SpokenLine]) -> list[dict[str, Any]]:
    """Return where each slide begins, as a chapter of the recording."""
    starts: dict[int, float] = {}
    for line in lines:
        starts.setdefault(line.slide, line.start_seconds)
    return [
        {"start_seconds": 0.0 if number == 0 else starts[number], "title": slide["title"]}
        for number, slide in enumerate(recording["slides"])
    ]


def make_recording(recording: dict[str, Any], voices: dict[str, Any]) -> dict[str, Any]:
    """Write one recording and its captions; return what `recordings.json` says about it."""
    sound, lines = perform(recording, voices)
    duration_seconds = len(sound) / SAMPLE_RATE
    slug, is_video = recording["slug"], recording["kind"] == "video"
    media = FOLDER / "media" / (f"{slug}.mp4" if is_video else f"{slug}.mp3")
    if is_video:
        changes = demo_slides.picture_changes(recording, lines)
        demo_encoding.write_video(media, sound, SAMPLE_RATE, changes)
    else:
        demo_encoding.write_audio(media, sound, SAMPLE_RATE)
    track = FOLDER / "captions" / (f"{slug}.srt" if recording["captions"] == "srt" else f"{slug}.vtt")
    track.write_text(captions(lines, recording["captions"]), encoding="utf-8", newline="\n")
    return {
        "slug": slug,
        "title": recording["title"],
        "strapline": recording["strapline"],
        "media": f"media/{media.name}",
        "captions": f"captions/{track.name}",
        "duration_seconds": round(duration_seconds, 1),
        "speakers": list(dict.fromkeys(line.speaker for line in lines)),
        "chapters": chapters(recording, lines),
    }


def main() -> None:
    """Make everything, and say what was made."""
    scripts = json.loads((FOLDER / "scripts.json").read_text(encoding="utf-8"))
    for name in ("media", "captions", "documents"):
        (FOLDER / name).mkdir(exist_ok=True)
    made = [make_recording(recording, scripts["voices"]) for recording in scripts["recordings"]]
    demo_documents.write_all(scripts, FOLDER / "documents")
    documents = [
        {"file": f"documents/{item['file']}", **{key: item[key] for key in ("title", "kind", "recording")}}
        for item in scripts["documents"].values()
    ]
    outcome = json.dumps({"recordings": made, "documents": documents}, indent=1, ensure_ascii=False)
    (FOLDER / "recordings.json").write_text(outcome + "\n", encoding="utf-8")
    for item in made:
        size_bytes = (FOLDER / item["media"]).stat().st_size
        print(f"{item['media']}: {item['duration_seconds']} s, {size_bytes:,} bytes")


if __name__ == "__main__":
    main()
