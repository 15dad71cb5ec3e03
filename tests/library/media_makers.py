"""Makes small real recordings for tests: every container, codec and flaw that the library has to cope with."""

from __future__ import annotations

import math
from array import array
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw

SAMPLE_RATE = 48_000
FRAMES_A_SECOND = 10


def drawn(number: int, size: tuple[int, int] = (320, 180)) -> Image.Image:
    """A light picture with a dark block that moves."""
    picture = Image.new("RGB", size, "#dfe8ea")
    left = 10 + (number * 3) % (size[0] // 2)
    ImageDraw.Draw(picture).rectangle((left, 20, left + size[0] // 4, size[1] - 20), fill="#102233")
    return picture


def make_video(
    path: Path,
    *,
    seconds: float = 4,
    video_codec: str = "libx264",
    audio_codec: str = "aac",
    size: tuple[int, int] = (320, 180),
    black_until: float = 0.0,
    pixel_format: str = "yuv420p",
    options: dict[str, str] | None = None,
    frames_a_second: int = FRAMES_A_SECOND,
) -> Path:
    """Write a video; pictures before `black_until` seconds are black. `audio_codec` "" leaves the sound out."""
    with av.open(str(path), "w", options=options or {}) as container:
        video: Any = container.add_stream(video_codec, rate=frames_a_second)
        video.width, video.height, video.pix_fmt = *size, pixel_format
        voice = _add_voice(container, audio_codec) if audio_codec else None
        for number in range(round(seconds * frames_a_second)):
            is_black = number / frames_a_second < black_until
            picture = Image.new("RGB", size, "black") if is_black else drawn(number, size)
            frame = av.VideoFrame.from_image(picture)
            frame.pts, frame.time_base = number, Fraction(1, frames_a_second)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if voice:
            _speak(container, voice, seconds)
    return path


def make_audio(
    path: Path, *, seconds: float = 3, codec: str = "libmp3lame", options: dict[str, str] | None = None
) -> Path:
    """Write a recording of a tone."""
    with av.open(str(path), "w", options=options or {}) as container:
        _speak(container, _add_voice(container, codec), seconds)
    return path


def _add_voice(container: Any, codec: str) -> Any:
    voice = container.add_stream(codec, rate=SAMPLE_RATE, layout="mono")
    voice.bit_rate = 48_000
    return voice


def _speak(container: Any, voice: Any, seconds: float) -> None:
    tone = array("h", (round(8000 * math.sin(n / 20)) for n in range(round(seconds * SAMPLE_RATE))))
    for start in range(0, len(tone), 960):
        block = tone[start : start + 960]
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(block), align=True)
        frame.planes[0].update(block.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
        container.mux(voice.encode(frame))
    container.mux(voice.encode(None))


def turn_on_its_side(path: Path) -> Path:
    """Say in an MP4 that its picture is to be turned a quarter clockwise, as telephones do."""
    upright = b"".join(value.to_bytes(4, "big", signed=True) for value in (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30))
    turned = b"".join(value.to_bytes(4, "big", signed=True) for value in (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30))
    content = path.read_bytes()
    track = content.index(b"tkhd")
    start = content.index(upright, track)
    path.write_bytes(content[:start] + turned + content[start + len(turned) :])
    return path
