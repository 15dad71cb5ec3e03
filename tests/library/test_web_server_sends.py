"""Files that the web server in front sends: the view still decides, and says which file in a way that survives any name."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

import pytest

from library.models import RecordingMedia
from tests import factories

REPOSITORY = Path(__file__).resolve().parent.parent.parent
NGINX = os.environ.get("NGINX") or shutil.which("nginx")
CONTENT = bytes(range(256)) * 40
NAMES = [
    "plain.mp4",
    "two words.mp4",
    "50% of it?.mp4",
    "a#b&c=d;e.mp4",
    "Ünïcode – 語.mp4",
    "%41%2e%2e%2f.mp4",
    "a+b.mp4",
    '"quoted".mp4',
]


@pytest.fixture
def carried(site):
    """Make a public recording whose stored file has a given name."""

    def make(name: str, **fields) -> RecordingMedia:
        media = factories.media("Film", content=CONTENT)
        storage = media.file.storage
        old, new = media.file.name, f"{media.file.name.rpartition('/')[0]}/{name}"
        Path(storage.path(old)).rename(storage.path(new))
        RecordingMedia.objects.filter(pk=media.pk).update(file=new)
        media.refresh_from_db()
        factories.recording(site, media=media, **fields)
        return media

    return make


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("server", ["x-accel", "x-sendfile"])
def test_the_file_is_named_safely_whatever_its_name(carried, client, settings, server, name):
    settings.FILE_SERVING, settings.FILE_SERVING_PREFIX = server, "/inside"
    media = carried(name)
    response = client.get(media.url, headers={"Range": "bytes=0-9"})
    assert (response.status_code, response.content) == (HTTPStatus.OK, b"")
    header = response["X-Accel-Redirect" if server == "x-accel" else "X-Sendfile"]
    assert re.fullmatch(r"[A-Za-z0-9/_.~%-]+", header)
    place = f"/inside/{media.file.name}" if server == "x-accel" else media.file.path
    assert unquote(header) == place
    assert response["Content-Type"] == "video/mp4"
    assert response["Cache-Control"] == "public, max-age=300"
    # The web server reads these off the file; ours would be of an empty answer.
    assert not {"ETag", "Last-Modified", "Content-Range"} & set(response.headers)


@pytest.mark.parametrize("server", ["x-accel", "x-sendfile"])
def test_the_view_still_decides(carried, client, settings, server):
    settings.FILE_SERVING = server
    hidden, lost = carried("hidden.mp4", audience="members"), carried("lost.mp4")
    lost.file.storage.delete(lost.file.name)
    for media in (hidden, lost):
        response = client.get(media.url)
        assert response.status_code == HTTPStatus.NOT_FOUND
        assert not {"X-Accel-Redirect", "X-Sendfile"} & set(response.headers)


@pytest.fixture
def nginx(live_server, settings, tmp_path):
    """Run nginx with the very lines of the operators' manual in front of the live server; give its address."""
    if not NGINX:
        word = "nginx is not installed (set NGINX to its path)"
        pytest.fail(word) if os.environ.get("CI") else pytest.skip(word)
    lines = re.search(r"```nginx\n(.*?)```", (REPOSITORY / "docs/operators.md").read_text(), re.DOTALL)[1]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lines = lines.replace("/srv/academy/private/", f"{settings.PRIVATE_MEDIA_ROOT}/")
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"user root; daemon off; pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {folders}"
        f" server {{ listen 127.0.0.1:{port}; {lines} location / {{ proxy_pass {live_server.url}; }} }} }}"
    )
    server = subprocess.Popen([NGINX, "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)], stderr=subprocess.PIPE)
    try:
        while server.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def fetched(url: str, **headers: str):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, b""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nginx_sends_the_bytes_with_all_that_protects_them(carried, settings, nginx):
    settings.FILE_SERVING, settings.FILE_SERVING_PREFIX = "x-accel", "/private-files/"
    for name in NAMES:
        media = carried(name)
        status, headers, content = fetched(f"{nginx}{media.url}", Range="bytes=10-19")
        assert (status, content) == (HTTPStatus.PARTIAL_CONTENT, CONTENT[10:20]), name
        assert headers["Content-Range"] == f"bytes 10-19/{len(CONTENT)}"
        assert headers["Content-Type"] == "video/mp4"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Cache-Control"] == "public, max-age=300"
        # The folder itself opens for nobody.
        assert fetched(f"{nginx}/private-files/{media.file.name.partition('/')[0]}/")[0] == HTTPStatus.NOT_FOUND
