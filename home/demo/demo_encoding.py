"""Writes the demo recordings with FFmpeg's libraries, small enough to be committed and playable in every browser."""

from __future__ import annotations

from array import array
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL.Image import Image

_FRAMES_A_SECOND = 5
_KEY_FRAME_SECONDS = 8  # how far apart the moments are to which a player can jump quickly
_SOUND_BITS_A_SECOND = 36_000
_BLOCK_SAMPLES = 1152


def write_video(path: Path, sound: array[int], sample_rate: int, changes: list[tuple[float, Image]]) -> None:
    """Write an MP4 (H.264 and AAC, its index first) of pictures that change at given seconds, with mono sound."""
    with av.open(str(path), "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
        video: Any = container.add_stream("libx264", rate=_FRAMES_A_SECOND)
        video.width, video.height = changes[0][1].size
        video.pix_fmt = "yuv420p"
        video.options = {"crf": "27", "preset": "veryslow", "tune": "stillimage", "profile": "high"}
        video.codec_context.gop_size = _FRAMES_A_SECOND * _KEY_FRAME_SECONDS
        voice: Any = container.add_stream("aac", rate=sample_rate, layout="mono")
        voice.bit_rate = _SOUND_BITS_A_SECOND
        # Sound and picture are written a second at a time, so that they lie side by side in the file.
        seconds = -(-len(sound) // sample_rate)
        for second in range(seconds):
            for frame in _frames(second, changes, len(sound) / sample_rate):
                container.mux(video.encode(frame))
            block = sound[second * sample_rate : (second + 1) * sample_rate]
            container.mux(voice.encode(_sound_frame(block, second * sample_rate, sample_rate)))
        container.mux(video.encode(None))
        container.mux(voice.encode(None))


def write_audio(path: Path, sound: array[int], sample_rate: int) -> None:
    """Write a mono MP3."""
    with av.open(str(path), "w", format="mp3", options={"fflags": "+bitexact"}) as container:
        voice: Any = container.add_stream("libmp3lame", rate=sample_rate, layout="mono")
        voice.bit_rate = 40_000
        for start in range(0, len(sound), _BLOCK_SAMPLES):
            frame = _sound_frame(sound[start : start + _BLOCK_SAMPLES], start, sample_rate)
            container.mux(voice.encode(frame))
        container.mux(voice.encode(None))


def _frames(second: int, changes: list[tuple[float, Image]], duration_seconds: float) -> list[av.VideoFrame]:
    frames = []
    for number in range(second * _FRAMES_A_SECOND, (second + 1) * _FRAMES_A_SECOND):
        moment = number / _FRAMES_A_SECOND
        if moment >= duration_seconds:
            break
        picture = [image for start, image in changes if start <= moment][-1]
        frame = av.VideoFrame.from_image(picture)
        frame.pts, frame.time_base = number, Fraction(1, _FRAMES_A_SECOND)
        frames.append(frame)
    return frames


def _sound_frame(samples: array[int], position: int, sample_rate: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples), align=True)
    frame.planes[0].update(samples.tobytes())
    frame.sample_rate, frame.pts, frame.time_base = sample_rate, position, Fraction(1, sample_rate)
    return frame
