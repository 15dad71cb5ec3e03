"""The documentation's TypeScript as it stands there: generated from the served schema, type-checked, run for real."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from cms.publishing.webhooks.signing import new_secret, signed_headers
from tests.api.test_partners_page import PAGE, blocks

from .conftest import HERE, PARTNER, run_node

LOCAL = "http://127.0.0.1:8000"
COMPILER = {
    "compilerOptions": {
        "target": "ES2022",
        "module": "NodeNext",
        "moduleResolution": "NodeNext",
        "strict": True,
        "noEmitOnError": True,
        "skipLibCheck": True,
        "types": ["node"],
    },
    "include": ["*.ts"],
}


def titled_blocks() -> dict[str, str]:
    return dict(re.findall(r'```ts title="([^"]+)"\n(.*?)```', PAGE, re.DOTALL))


@pytest.fixture(scope="module")
def workshop(served, node_modules, tmp_path_factory) -> Path:
    """A folder as a partner's: the page's code, its queries, what was generated from them, and all of it compiled."""
    url, _ = served
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "node_modules").symlink_to(node_modules)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "tsconfig.json").write_text(json.dumps(COMPILER))
    shutil.copy(HERE / "generate.mjs", folder)
    (folder / "queries").mkdir()
    (folder / "queries" / "sessions.graphql").write_text(blocks("graphql")[0])
    for name, text in titled_blocks().items():
        (folder / name).write_text(text.replace(LOCAL, url))
    compiler = node_modules / "typescript" / "bin" / "tsc"
    run_node(folder, compiler, "codegen.ts", "--ignoreConfig", "--module", "NodeNext", "--target", "ES2022")
    run_node(folder, "generate.mjs", ".")
    run_node(folder, compiler)
    return folder


def asked(served, query: str, **variables):
    url, key = served
    body = {"query": query, "variables": variables}
    return httpx.post(f"{url}/graphql/", json=body, headers={"Authorization": f"Bearer {key}"}).json()["data"]


def test_the_generated_client_prints_what_the_api_says(workshop, served):
    url, key = served
    printed = run_node(workshop, "sessions.js", ACADEMY_URL=f"{url}/graphql/", ACADEMY_KEY=key).splitlines()
    expected = asked(served, blocks("graphql")[0], first=5)["sessions"]["nodes"]
    assert len(expected) > 1
    assert printed == [f"{one['startsAt'] or 'no date'}  {one['title']}  {one['url']}" for one in expected]


def test_a_wrong_key_is_told_in_the_servers_words(workshop, served):
    url, _ = served
    with pytest.raises(AssertionError, match="unknown, expired or revoked"):
        run_node(workshop, "sessions.js", ACADEMY_URL=f"{url}/graphql/", ACADEMY_KEY="acad_wrong_key")


def test_the_client_of_fetch_alone_asks_and_tells_refusals(workshop, served):
    url, key = served
    (workshop / "try.mjs").write_text(
        'import { ask } from "./ask.js";\n'
        "const [url, key] = process.argv.slice(2);\n"
        'const { viewer } = await ask("{ viewer { organisation { name } } }", {}, url, key);\n'
        "console.log(viewer.organisation.name);\n"
        'await ask("{ nothing }", {}, url, key).catch((error) => console.log(error.message));\n'
    )
    name, refusal = run_node(workshop, "try.mjs", f"{url}/graphql/", key).splitlines()
    assert name == PARTNER
    assert "nothing" in refusal


def test_the_receiver_of_webhooks_takes_our_messages_and_nobody_elses(workshop):
    secret, body = new_secret(), '{"type":"ping","timestamp":"2026-03-01T09:30:00+00:00","data":{"client":"Räume"}}'
    now = datetime.now(UTC)
    headers = signed_headers("msg_1", now, body, [new_secret(), secret])
    old = signed_headers("msg_1", now - timedelta(seconds=301), body, [secret])
    cases = [
        (headers, body, "ping"),
        (headers, body + " ", "not from the academy"),
        ({**headers, "webhook-id": "msg_2"}, body, "not from the academy"),
        ({**headers, "webhook-signature": "v1, v2,x nonsense"}, body, "not from the academy"),
        (old, body, "too old"),
        ({}, body, "too old"),
    ]
    (workshop / "cases.json").write_text(json.dumps([secret, cases]))
    (workshop / "receive.mjs").write_text(
        'import { readFileSync } from "node:fs";\n'
        'import { received } from "./webhooks.js";\n'
        'const [secret, cases] = JSON.parse(readFileSync("cases.json", "utf8"));\n'
        "for (const [headers, body] of cases) {\n"
        "  try { console.log(received(headers, Buffer.from(body), secret).type); }\n"
        "  catch (error) { console.log(error.message); }\n"
        "}\n"
    )
    printed = run_node(workshop, "receive.mjs").splitlines()
    assert len(printed) == len(cases)
    for said, (_, _, expected) in zip(printed, cases, strict=True):
        assert expected in said


@pytest.mark.parametrize("wrong", ["session.nothing", "session.title.seconds"])
def test_the_types_catch_what_the_schema_does_not_have(workshop, node_modules, wrong):
    text = (workshop / "sessions.ts").read_text()
    (workshop / "wrong.ts").write_text(text.replace("session.title", wrong))
    command = (node_modules / "typescript" / "bin" / "tsc", "--noEmit")
    try:
        with pytest.raises(AssertionError, match="does not exist on type"):
            run_node(workshop, *command)
    finally:
        (workshop / "wrong.ts").unlink()


def test_the_page_names_the_versions_that_are_tested_here():
    ours = json.loads((HERE / "package.json").read_text())
    ours = ours["dependencies"] | ours["devDependencies"]
    named = {
        package: version
        for line in re.findall(r"^npm i .*$", PAGE, re.MULTILINE)
        for package, version in re.findall(r"(@?[\w./-]+)@([\d.]+)", line)
    }
    assert {"@urql/core", "graphql", "typescript", "@graphql-codegen/typescript-operations"} <= named.keys()
    # The command-line tool brings hundreds of packages; generate.mjs does what it does with the same plugins.
    del named["@graphql-codegen/cli"]
    assert named == {package: ours[package] for package in named}
    assert "npm i -D @" in PAGE and not re.search(r"npm i (?:-D )?[^\n]*@[\w-]+/[\w-]+(?:\s|`)", PAGE)


def test_the_lock_names_no_registry():
    text = (HERE / "package-lock.json").read_text()
    assert "resolved" not in text
    assert '"integrity": "sha512-' in text
