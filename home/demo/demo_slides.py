"""Draws the pictures of the demo recordings: a title, then slides whose points appear while they are spoken about."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from home.demo.make_demo_media import SpokenLine

SIZE = (960, 540)
INK, PAPER, TEAL, AMBER, LINE = "#10222b", "#fbfaf7", "#0b5c66", "#ffb81c", "#d9d5cc"
_MARGIN = 84


def picture_changes(recording: dict[str, Any], lines: list[SpokenLine]) -> list[tuple[float, Image.Image]]:
    """Return (second, picture) for each change of the picture, the first at 0.0: a point more with each line spoken."""
    changes: list[tuple[float, Image.Image]] = [(0.0, title_picture(recording["title"], recording["strapline"]))]
    spoken: dict[int, int] = {}
    for line in lines:
        slide = recording["slides"][line.slide]
        spoken[line.slide] = spoken.get(line.slide, 0) + 1
        if slide["points"] and spoken[line.slide] <= len(slide["points"]):
            is_last_line = spoken[line.slide] == len(slide["lines"])
            shown = len(slide["points"]) if is_last_line else spoken[line.slide]
            picture = slide_picture(recording["title"], slide["title"], slide["points"], shown)
            changes.append((max(0.0, line.start_seconds - 0.2), picture))
    return changes


def title_picture(title: str, strapline: str) -> Image.Image:
    """Return the opening picture."""
    picture = Image.new("RGB", SIZE, INK)
    draw = ImageDraw.Draw(picture)
    _draw_web(draw)
    draw.rectangle((_MARGIN, 168, _MARGIN + 72, 176), fill=AMBER)
    top = _draw_words(draw, title, (_MARGIN, 200), size=56, fill=PAPER, characters=24)
    _draw_words(draw, strapline, (_MARGIN, top + 18), size=27, fill=LINE, characters=48)
    return picture


def slide_picture(footer: str, title: str, points: list[str], shown: int) -> Image.Image:
    """Return a slide with the first `shown` of its points, the newest marked."""
    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 20, SIZE[1]), fill=TEAL)
    top = _draw_words(draw, title, (_MARGIN, 72), size=48, fill=INK, characters=30)
    draw.rectangle((_MARGIN, top + 14, _MARGIN + 72, top + 20), fill=AMBER)
    top += 64
    for number, point in enumerate(points[:shown], 1):
        is_newest = number == shown
        middle = top + 19
        draw.ellipse((_MARGIN, middle - 9, _MARGIN + 18, middle + 9), fill=AMBER if is_newest else TEAL)
        top = _draw_words(draw, point, (_MARGIN + 44, top), size=33, fill=INK, characters=44) + 26
    draw.line((_MARGIN, 482, SIZE[0] - _MARGIN, 482), fill=LINE, width=2)
    _draw_words(draw, footer, (_MARGIN, 494), size=20, fill=TEAL, characters=80)
    return picture


def _draw_words(
    draw: ImageDraw.ImageDraw, words: str, at: tuple[int, int], *, size: int, fill: str, characters: int
) -> int:
    """Write words in as many lines as they need and return the y below them. The font is the one that Pillow brings."""
    font = ImageFont.load_default(size)
    x, y = at
    # A title that needs two lines is best broken after its colon.
    halves = words.replace(": ", ":\n").split("\n") if len(words) > characters else [words]
    for line in [line for half in halves for line in textwrap.wrap(half, characters)]:
        draw.text((x, y), line, font=font, fill=fill)
        y += round(size * 1.22)
    return y


def _draw_web(draw: ImageDraw.ImageDraw) -> None:
    """Draw a few linked circles at the right: parts, and what is between them."""
    dots = [(742, 96, 9), (868, 152, 15), (800, 258, 24), (900, 330, 11), (742, 402, 14), (866, 452, 8)]
    links = [(0, 1), (0, 2), (1, 2), (2, 3), (2, 4), (3, 5), (4, 5), (1, 3)]
    for first, second in links:
        draw.line((*dots[first][:2], *dots[second][:2]), fill=TEAL, width=3)
    for number, (x, y, radius) in enumerate(dots):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=AMBER if number == 2 else TEAL)
