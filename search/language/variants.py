"""Why: British and American spelling, words with and without their hyphen, and short forms and their plurals (GP, GPs)
are one to who searches, but two to a stemmer.

Rules about endings, roots and prefixes, not a dictionary: what they make up that is no word stands in no text and
finds nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from search.language.analysis import stems

_ISE = r"(e[drs]?|ing|ations?|ational|able)$"
_OUR = r"^(behavi|col|fav|flav|hono|hum|lab|neighb|rum|tum|vap|harb|endeav|arm|glam|od|rig|sav|vig|val)"
_RE = r"^(cent|fib|lit|met|theat|calib|goit|spect)"
_OGUE = r"^(catal|dial|anal|mon|prol)"
# Pairs of British and American; each is tried in both directions on a whole word in lower case.
_RULES = (
    # organise, organize; analyse, analyze
    (r"(?<=[a-z]{3})is" + _ISE, r"iz\1"),
    (r"(?<=[a-z]{3})iz" + _ISE, r"is\1"),
    (r"(?<=[a-z]{3})lys(e[drs]?|ing)$", r"lyz\1"),
    (r"(?<=[a-z]{3})lyz(e[drs]?|ing)$", r"lys\1"),
    # behaviour, behavior
    (_OUR + "our", r"\1or"),
    (_OUR + "or(?!at|gan|it)", r"\1our"),
    # centre, center; dialogue, dialog
    (_RE + "re(?=s?$)", r"\1er"),
    (_RE + "er(?=s?$)", r"\1re"),
    (_OGUE + "ogue(?=s?$)", r"\1og"),
    (_OGUE + "og(?=s?$)", r"\1ogue"),
    # modelling, modeling; enrolment, enrollment
    (r"(?<=[a-z]{3}[aeiou])ll(ed|ing|ers?)$", r"l\1"),
    (r"(?<=[a-z]{3}[aeiou])l(ed|ing|ers?)$", r"ll\1"),
    (r"^(enrol|fulfil|skil|instal)(?=ment|ful)", r"\1l"),
    (r"^(enrol|fulfil|skil|instal)l(?=ment|ful)", r"\1"),
    # defence, defense; programme, program
    (r"^(def|off|lic|pret)ence(?=s?$)", r"\1ense"),
    (r"^(def|off|lic|pret)ense(?=s?$)", r"\1ence"),
    (r"programme(?=s?$)", "program"),
    (r"program(?=s?$)", "programme"),
    # practise, practice
    (r"^practis(?=e|ing)", "practic"),
    (r"^practic(?=e|ing)", "practis"),
    # anaemia, anemia; haemoglobin, hemoglobin; paediatric, pediatric
    (r"ae(?=mi[ac]|sth|dem|morrh|mat|mo|stro|tiol|diat|col|log)", "e"),
    (r"(?<![ao])e(?=mi[ac]s?$|sthe|morrh|tiol|diatr)", "ae"),
    (r"^(h|an|p|c|gyn|orthop)ae(?=[mdsc])", r"\1e"),
    (
        r"(?<=^h)e(?=mat|mo(?:g|rr|st|ly|di|ph))|(?<=^p)e(?=diatr)|(?<=^gyn)e(?=c)|(?<=^orthop)e(?=d)|(?<=^c)e(?=sar)",
        "ae",
    ),
    # oedema, edema; foetus, fetus; diarrhoea, diarrhea
    (r"^oe(?=dem|soph|str)|(?<=^f)oe(?=t[au])|(?<=rrh)oe(?=a)", "e"),
    (r"^e(?=dema|soph|strog)|(?<=^f)e(?=t[au])|(?<=rrh)e(?=a)", "oe"),
    # sulphur, sulfur; grey, gray; judgement, judgment; ageing, aging
    (r"(?<=sul)ph(?=[aiou])", "f"),
    (r"(?<=sul)f(?=[aiou])", "ph"),
    (r"^grey", "gray"),
    (r"^gray", "grey"),
    (r"^(judg|acknowledg)ement", r"\1ment"),
    (r"^(judg|acknowledg)ment", r"\1ement"),
    (r"^ageing$", "aging"),
    (r"^aging$", "ageing"),
)
# What is written before a word in one, with a hyphen or apart: coproduction, co-production, co production.
_JOINING = """
    anti bio co cross cyber e eco health inter macro micro mid multi neuro non peer post pre psycho self semi socio
    sub tele trans under well
"""
JOINING = frozenset(_JOINING.split())
# co-op, e-form: what is joined may be short, since only where it stands so written does it count.
_SHORTEST_REST = 2
# Short forms are of so many letters, their plural -s left out.
_SHORT_FORM = re.compile("[a-z]{2,5}")
# COVID19, 3D
_LETTERS_AND_DIGITS = re.compile(r"([a-z]{2,})(\d+)|(\d+)([a-z]+)")
_COMPILED = tuple((re.compile(pattern), other) for pattern, other in _RULES)


@lru_cache(maxsize=16_384)
def variants(word: str) -> tuple[str, ...]:
    """The word (in lower case) as it is written on the other side of the ocean, and a short form in its other number;
    () when there is no difference."""
    if not word.isascii() or not 2 <= len(word) <= 40:
        return ()
    changed = [pattern.sub(other, word) for pattern, other in _COMPILED] if len(word) >= 4 else []
    changed += _other_number(word)
    return tuple(dict.fromkeys(other for other in changed if other != word))


def _other_number(word: str) -> list[str]:
    """The plural of a short form, or the short form of a plural, where the stemmer does not know that they are one: it
    takes an -s off only behind a vowel that is not the last letter before it."""
    numbers = [f"{word}s", word.removesuffix("s")]
    return [
        other for other in numbers
        if _SHORT_FORM.fullmatch(min(word, other, key=len)) and other != word and stems(other) != stems(word)
    ]  # fmt: skip


@lru_cache(maxsize=16_384)
def parts(word: str) -> tuple[tuple[str, str], ...]:
    """The two words that this one (in lower case) may be written as: wellbeing → well, being; covid19 → covid, 19."""
    joined = _LETTERS_AND_DIGITS.fullmatch(word)
    if joined:
        first, second = (part for part in joined.groups() if part)
        return ((first, second),)
    return tuple((prefix, word[len(prefix) :]) for prefix in _prefixes(word))


def _prefixes(word: str) -> list[str]:
    lengths = range(1, min(len(word) - _SHORTEST_REST, 7) + 1)
    return [word[:length] for length in lengths if word[:length] in JOINING]
