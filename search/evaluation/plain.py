"""Why: a search is only as good as it is better than the plain thing: BM25 over whole documents, as Tantivy gives it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import tantivy
from tantivy import Occur

ANALYSER = "en_stem"
TITLE_WEIGHT = 0.3


class PlainIndex:
    """One field of title and text, stemmed, any of the words (OR), and the title once more at TITLE_WEIGHT."""

    def __init__(self, folder: Path, texts: Iterable[tuple[str, str, str]]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("key", stored=True, tokenizer_name="raw")
        builder.add_text_field("title", tokenizer_name=ANALYSER)
        builder.add_text_field("all", tokenizer_name=ANALYSER)
        self.schema = builder.build()
        folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(self.schema, str(folder))
        writer = index.writer(64 * 2**20, 1)
        for key, title, text in texts:
            document = {"key": key, "title": title, "all": f"{title} {text}"}
            writer.add_document(tantivy.Document.from_dict(document, self.schema))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self.searcher = index.searcher()
        english = tantivy.Filter.stemmer("english")
        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        long = tantivy.Filter.remove_long(40)
        self.analyser = words.filter(long).filter(tantivy.Filter.lowercase()).filter(english).build()

    def search(self, text: str, first: int) -> list[str]:
        """The keys of the best documents, the best first."""
        stems = list(dict.fromkeys(self.analyser.analyze(text)))
        clauses = []
        for stem in stems:
            for field, weight in (("all", 1.0), ("title", TITLE_WEIGHT)):
                term = tantivy.Query.term_query(self.schema, field, stem)
                clauses.append((Occur.Should, tantivy.Query.boost_query(term, weight)))
        if not clauses:
            return []
        hits = self.searcher.search(tantivy.Query.boolean_query(clauses), first, count=False).hits
        return [str(self.searcher.doc(address).get_first("key")) for _, address in hits]
