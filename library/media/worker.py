"""Opens a recording with FFmpeg's libraries inside a bounded child process: length, size, codecs and a picture."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

import av
from PIL import ImageStat

if TYPE_CHECKING:
    from PIL.Image import Image

_POSTER_WIDTH = 1280
# Shares of the duration, tried until a picture is neither dark nor bare.
_POSTER_MOMENTS = (0.10, 0.25, 0.40, 0.60, 0.03)
# Formats whose headers only let one guess the length, from the bit rate; their packets are counted instead.
_VAGUE_DEMUXERS = ("mp3", "aac", "wav")
_MIN_BRIGHTNESS = 24  # mean of 0–255; fades and black leaders lie below
_MIN_CONTRAST = 8  # standard deviation of 0–255; a plain sheet lies below
_MAX_DECODED_PIXELS = 600_000_000  # for one moment: about 290 pictures in full HD, a few seconds on one core
_MAX_PIXELS = 64_000_000


def read(request: dict[str, Any], emit: Callable[[dict[str, Any]], None]) -> None:
    """Emit one record of facts about `request["path"]`, then, when asked for, one with a poster.

    `request`: path, demuxer (the only FFmpeg format that may open it), with_poster. Bad content emits {"error": words}.
    """
    with open(request["path"], "rb") as file:
        try:
            facts = _probe(file, request["demuxer"])
            emit(facts)
            if request["demuxer"] in _VAGUE_DEMUXERS or not facts["duration_seconds"]:
                file.seek(0)
                facts["duration_seconds"] = _packet_seconds(file, request["demuxer"])
                emit({"duration_seconds": facts["duration_seconds"]})
        except (av.error.FFmpegError, ValueError, OverflowError) as error:
            emit({"error": str(error)})
            return
        if request["with_poster"] and facts["video_codec"]:
            try:
                _emit_poster(file, request["demuxer"], facts, emit)
            except (av.error.FFmpegError, ValueError, OverflowError, OSError):
                return  # A recording whose picture cannot be decoded here is still a recording.


def _emit_poster(file: BinaryIO, demuxer: str, facts: dict[str, Any], emit: Callable[[dict[str, Any]], None]) -> None:
    file.seek(0)
    best = _best_picture(file, demuxer, facts["duration_seconds"])
    if best is None:
        return
    picture, is_on_its_side = best
    if is_on_its_side:
        emit({"width": facts["height"], "height": facts["width"]})
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=82, optimize=True, progressive=True)
    emit({"poster_jpeg": target.getvalue()})


def _open(file: BinaryIO, demuxer: str) -> av.container.InputContainer:
    # An open file and a named format: FFmpeg gets bytes, never a name to follow, nor a protocol to fetch more with.
    options = {"protocol_whitelist": "none"}
    return av.open(file, mode="r", format=demuxer, options=options, metadata_errors="replace")


def _probe(file: BinaryIO, demuxer: str) -> dict[str, Any]:
    with _open(file, demuxer) as container:
        video, audio = _moving_video(container), next(iter(container.streams.audio), None)
        streams = [stream for stream in (video, audio) if stream]
        width, height = _shown_size(video)
        return {
            "container": container.format.name,
            "duration_seconds": _said_seconds(container, streams),
            "video_codec": video.codec_context.name if video else "",
            "audio_codec": audio.codec_context.name if audio else "",
            "pixel_format": (video.codec_context.pix_fmt or "") if video else "",
            "width": width,
            "height": height,
        }


def _moving_video(container: av.container.InputContainer) -> av.VideoStream | None:
    """Return the first video stream that is not a cover picture."""
    for stream in container.streams.video:
        if not stream.disposition & av.stream.Disposition.attached_pic:
            return stream
    return None


def _shown_size(video: av.VideoStream | None) -> tuple[int | None, int | None]:
    if video is None or not video.codec_context.width:
        return None, None
    return video.codec_context.width, video.codec_context.height


def _said_seconds(container: av.container.InputContainer, streams: list[Any]) -> float:
    """Return the length in seconds that the file's header gives; 0.0 when it gives none."""
    if container.duration and container.duration > 0:
        return float(container.duration / av.time_base)
    said = [float(stream.duration * stream.time_base) for stream in streams if stream.duration and stream.time_base]
    return max(said, default=0.0)


def _packet_seconds(file: BinaryIO, demuxer: str) -> float:
    """Return the length in seconds from the first packet to the end of the last; 0.0 when there are none."""
    first, last = math.inf, 0.0
    with _open(file, demuxer) as container:
        video, audio = _moving_video(container), next(iter(container.streams.audio), None)
        streams = [stream for stream in (video, audio) if stream]
        for packet in container.demux(streams) if streams else ():
            if packet.pts is not None and packet.time_base:
                first = min(first, float(packet.pts * packet.time_base))
                last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return max(0.0, last - max(0.0, first)) if last else 0.0


def _best_picture(file: BinaryIO, demuxer: str, duration_seconds: float) -> tuple[Image, bool] | None:
    """Return the first picture that shows something, else the best seen, and whether it had to be turned upright."""
    best: tuple[float, Image, bool] | None = None
    with _open(file, demuxer) as container:
        video = _moving_video(container)
        if video is None or video.codec_context.width * video.codec_context.height > _MAX_PIXELS:
            return None
        video.codec_context.thread_count = 1
        for share in _POSTER_MOMENTS:
            frame = _frame_at(container, video, share * duration_seconds)
            if frame is None:
                continue
            picture, is_on_its_side = _picture(frame), frame.rotation % 180 == 90
            brightness, contrast = _look(picture)
            if brightness >= _MIN_BRIGHTNESS and contrast >= _MIN_CONTRAST:
                return picture, is_on_its_side
            score = min(brightness, 128) + 2 * contrast
            if best is None or score > best[0]:
                best = (score, picture, is_on_its_side)
    return best[1:] if best else None


def _frame_at(container: av.container.InputContainer, video: av.VideoStream, seconds: float) -> av.VideoFrame | None:
    try:
        container.seek(int(seconds * av.time_base))
    except av.error.FFmpegError:
        container.seek(0)
    last = None
    # Key frames may lie far apart; decoding on from the one before is cut off after a while.
    max_frames = _MAX_DECODED_PIXELS // max(1, video.codec_context.width * video.codec_context.height)
    for number, frame in enumerate(container.decode(video)):
        last = frame
        if number >= max_frames or (frame.time is not None and frame.time >= seconds):
            break
    return last


def _picture(frame: av.VideoFrame) -> Image:
    """Return the frame as a picture, upright and at most `_POSTER_WIDTH` pixels wide before it is turned."""
    width = min(_POSTER_WIDTH, frame.width)
    height = max(2, round(frame.height * width / frame.width))
    picture = frame.reformat(width=width, height=height, format="rgb24").to_image()
    # Both FFmpeg and Pillow count counter-clockwise: telephones store the picture lying and say how to turn it.
    return picture.rotate(frame.rotation, expand=True) if frame.rotation % 360 else picture


def _look(picture: Image) -> tuple[float, float]:
    """Return the mean brightness and the contrast of a picture, both on the scale of 0 to 255."""
    grey = ImageStat.Stat(picture.convert("L").resize((64, 36)))
    return grey.mean[0], grey.stddev[0]
