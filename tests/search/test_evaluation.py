"""Collections with judgements are read as they come, measured as everybody measures, and told what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from search.evaluation.measures import figures, ndcg, recall, reciprocal_rank
from search.meaning.encoder import installed_files

DOCUMENTS = [
    {"id": "1", "title": "Small tests of change", "text": "Teams run small tests and learn from them."},
    {"id": "2", "title": "Relationships", "text": "Integrated care lives in relationships."},
    {"id": "3", "text": "Nothing of interest."},
]
QUERIES = [{"id": "a", "text": "how do teams run tests?"}, {"id": "b", "text": "relationships in care"}]
TYPOS = [{"id": "a", "text": "how do teams run tezts?"}, {"id": "b", "text": "relatoinships in care"}]
JUDGED = "query-id\tcorpus-id\tscore\na\t1\t2\na\t3\t0\nb\t2\t1\nunknown\t1\t1\n"


def lines(rows: list[dict]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "docs.jsonl").write_text(lines(DOCUMENTS))
    (folder / "queries.jsonl").write_text(lines(QUERIES))
    (folder / "typo.jsonl").write_text(lines(TYPOS))
    (folder / "qrels.tsv").write_text(JUDGED)
    return folder


def measured(*arguments: str, capsys) -> dict[str, dict]:
    call_command("evaluate_search", *arguments, "--json", "-")
    return {row["engine"]: row for row in json.loads(capsys.readouterr().out)}


def test_a_collection_is_measured_clean_mistyped_and_beside_the_plain_thing(collection, capsys):
    rows = measured(str(collection), "--baseline", capsys=capsys)
    by_meaning = {"search with meaning", "search with meaning, mistyped"} if installed_files() else set()
    assert set(rows) == {"search", "search, mistyped", "plain BM25"} | by_meaning
    for row in rows.values():
        assert (row["ndcg_at_10"], row["recall_at_100"], row["reciprocal_rank"]) == (1.0, 1.0, 1.0)
        assert (row["queries"], row["zero_result_rate"], row["collection"]) == (2, 0.0, "tiny")


def test_the_table_is_printed(collection, capsys):
    call_command("evaluate_search", str(collection))
    assert "tiny" in capsys.readouterr().out


def test_files_of_other_houses_are_taken(collection, capsys):
    """BEIR's names of files and fields, and TREC's four columns."""
    (collection / "docs.jsonl").unlink()
    (collection / "typo.jsonl").unlink()
    rows = [{"_id": row["id"], "title": None, "text": row["text"], "metadata": {}} for row in DOCUMENTS]
    (collection / "corpus.jsonl").write_text(lines(rows) + "\n")
    (collection / "queries.jsonl").write_text(lines([{"_id": row["id"], "query": row["text"]} for row in QUERIES]))
    (collection / "qrels.tsv").unlink()
    (collection / "qrels").mkdir()
    (collection / "qrels" / "test.tsv").write_text("a 0 1 1\nb 0 2 1\n")
    assert measured(str(collection), capsys=capsys)["search"]["ndcg_at_10"] == 1.0


WRONG = [
    ("docs.jsonl", None, "no file of documents"),
    ("queries.jsonl", None, "no file of questions"),
    ("qrels.tsv", None, "no file of judgements"),
    ("docs.jsonl", '{"id": "1", "text": "x"}\n{"id": \n', r"docs\.jsonl, line 2: this is no JSON"),
    ("docs.jsonl", '{"text": "x"}\n', r"docs\.jsonl, line 1: the document has no id"),
    ("queries.jsonl", "[]\n", r"queries\.jsonl, line 1: an object"),
    ("queries.jsonl", '{"id": "a"}\n', r"line 1: the question has no id or no text"),
    ("queries.jsonl", '{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n', r"line 2: a question with the id 'a'"),
    ("qrels.tsv", "a\t1\t1\na\t1\tgood\n", r"qrels\.tsv, line 2"),
    ("qrels.tsv", "q\td\ts\nz\t1\t1\n", "no question has a judgement"),
    ("qrels.tsv", "", "no question has a judgement"),
    ("docs.jsonl", "\xff\xfe\x00", r"docs\.jsonl, line 1"),
]


@pytest.mark.parametrize(("name", "content", "message"), WRONG)
def test_what_is_wrong_with_a_collection_is_told(collection, name, content, message):
    (collection / name).unlink()
    if content is not None:
        (collection / name).write_text(content)
    with pytest.raises(CommandError, match=message) as raised:
        call_command("evaluate_search", str(collection))
    assert raised.value.returncode == 2


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="no folder") as raised:
        call_command("evaluate_search", str(tmp_path / "nowhere"))
    assert raised.value.returncode == 2


GRADES = {"a": 2, "b": 1, "c": 0, "d": -1}


@pytest.mark.parametrize(
    ("found", "gain", "share", "rank"),
    [
        (["a", "b"], 1.0, 1.0, 1.0),
        (["b", "a"], (1 + 2 / 1.5849625) / (2 + 1 / 1.5849625), 1.0, 1.0),
        (["c", "d", "a"], (2 / 2) / (2 + 1 / 1.5849625), 0.5, 1 / 3),
        (["x"] * 10 + ["a"], 0.0, 0.5, 1 / 11),
        ([], 0.0, 0.0, 0.0),
    ],
)
def test_measures_are_those_of_trec(found, gain, share, rank):
    assert ndcg(found, GRADES) == pytest.approx(gain)
    assert recall(found, GRADES) == share
    assert reciprocal_rank(found, GRADES) == pytest.approx(rank)


def test_means_count_questions_without_an_answer():
    means = figures({"q": ["a", "b"], "r": []}, {"q": GRADES, "r": GRADES})
    assert (means.ndcg_at_10, means.zero_result_rate, means.queries) == (0.5, 0.5, 2)
    assert figures({}, {}).queries == 0
