"""Writes small Word and PowerPoint files part by part, so that tests can hold what office libraries cannot make."""

from __future__ import annotations

import zipfile
from pathlib import Path

RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SLIDE = "http://schemas.openxmlformats.org/presentationml/2006/main"
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
NAMESPACES = (
    f'xmlns:w="{_WORD}" xmlns:a="{_DRAWING}" xmlns:p="{_SLIDE}" xmlns:r="{RELATION}" xmlns:mc="{_COMPATIBILITY}"'
)


def relations(**targets: tuple[str, str]) -> str:
    """Return a relations part. `targets`: id = (last word of the type, target)."""
    items = "".join(
        f'<Relationship Id="{identity}" Type="{RELATION}/{kind}" Target="{target}"/>'
        for identity, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{items}</Relationships>'


def write_package(path: Path, parts: dict[str, str]) -> Path:
    """Write an archive with these parts and the one that every office file has."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": "<Types/>", **parts}.items():
            archive.writestr(name, content)
    return path


def opendocument(path: Path, kind: str, body: str, *, manifest: str = "<manifest/>") -> Path:
    """Write an OpenDocument file; `kind` is "text" or "presentation"."""
    prefix = "urn:oasis:names:tc:opendocument:xmlns:"
    names = " ".join(f'xmlns:{name}="{prefix}{name}:1.0"' for name in ("office", "text", "draw", "presentation"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", f"<office:document-content {names}>{body}</office:document-content>")
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def word_file(path: Path, body: str, *, styles: str = "", **more_parts: str) -> Path:
    """Write a Word file with this body. `more_parts`: footnotes="…" and the like."""
    targets = {f"r{number}": (kind, f"{kind}.xml") for number, kind in enumerate({"styles": styles, **more_parts})}
    return write_package(
        path,
        {
            "_rels/.rels": relations(r1=("officeDocument", "word/document.xml")),
            "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": relations(**targets),
            "word/styles.xml": f"<w:styles {NAMESPACES}>{styles}</w:styles>",
            **{
                f"word/{kind}.xml": f"<w:{kind} {NAMESPACES}>{content}</w:{kind}>"
                for kind, content in more_parts.items()
            },
        },
    )


def paragraph(text: str, style: str = "") -> str:
    """Return a Word paragraph."""
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{look}<w:r><w:t>{text}</w:t></w:r></w:p>"


def shape(text: str, placeholder: str = "") -> str:
    """Return a shape of a slide; `placeholder` is its role: title, body, sldNum, dt, ftr."""
    role = f'<p:nvSpPr><p:nvPr><p:ph type="{placeholder}"/></p:nvPr></p:nvSpPr>' if placeholder else ""
    lines = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    return f"<p:sp>{role}<p:txBody>{lines}</p:txBody></p:sp>"


def presentation(path: Path, slides: dict[str, str], order: list[str], **more_parts: str) -> Path:
    """Write a presentation. `slides`: number = shapes; `order`: numbers as shown; `more_parts`: whole parts by name."""
    listed = "".join(f'<p:sldId id="{256 + index}" r:id="s{number}"/>' for index, number in enumerate(order))
    targets = {f"s{number}": ("slide", f"slides/slide{number}.xml") for number in slides}
    return write_package(
        path,
        {
            "_rels/.rels": relations(r1=("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f"<p:presentation {NAMESPACES}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(**targets),
            **{
                f"ppt/slides/slide{number}.xml": f"<p:sld {NAMESPACES}>{body}</p:sld>"
                for number, body in slides.items()
            },
            **more_parts,
        },
    )
