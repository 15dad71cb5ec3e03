"""Guesses the language of captions by their script and their commonest words, and from the name of a file."""

from __future__ import annotations

# ruff: noqa: SIM905 - long word lists are read most easily as lines of words
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

# The commonest small words of each language; some are shared, and then the others decide.
_WORDS = {
    "en": "the and of to in that is it you for we was with this they have are not but what can be from there which so if".split(),
    "cy": "yn y yr a i o mae ac ar am wedi fod bod gan eu ei hi nhw ni chi sy sydd oedd hynny hefyd gyda dim mewn wrth".split(),
    "ga": "an na agus ar is tá go le sé sí bhí ní ag do mar atá siad seo sin leis mé faoi gan chun".split(),
    "fr": "le la les de des et est un une que qui dans pour pas nous vous ce cette sont sur avec il elle mais au aux du".split(),
    "de": "der die das und ist nicht ein eine zu den von mit wir sie ich auf für dass auch im dem sich es wie aber haben".split(),
    "es": "el la los las de que y es en un una por con no para se lo como más pero sus su esto está muy del al nos".split(),
    "pt": "o a os as de que e é em um uma por com não para se mais como mas isso está muito nós você do da dos das".split(),
    "it": "il la lo gli le di che e è un una per con non in si come ma sono questo della del anche noi più nel dei".split(),
    "nl": "de het een en van is dat niet in we ik op te zijn voor met die er aan wat maar ook als naar je om".split(),
    "pl": "i w nie na to że się z do jest jak o ale co tak po za przez dla są czy tego już my być od".split(),
    "ro": "și în de la nu o un este care cu pe să ce mai din sunt pentru dar am noi ca acest fi sau".split(),
    "sv": "och att det i är som en på vi inte för med har till den av om så men ett jag kan de".split(),
    "da": "og at det i er som en på vi ikke for med har til den af om så men et jeg kan de hvad".split(),
    "no": "og å det i er som en på vi ikke for med har til den av om så men et jeg kan hva vil".split(),
    "fi": "ja on ei että se en me olen oli mutta kun niin ovat joka mitä tämä hän kuin myös ole".split(),
    "tr": "ve bir bu da de için ne ile çok var değil biz ama daha gibi olan mi kadar şey en o ben".split(),
    "cs": "a se na je to že v s z do ale jak by jsme jsou které nebo tak pro jako když není".split(),
    "sk": "a sa na je to že v s z do ale ako by sme sú ktoré alebo tak pre keď nie je čo".split(),
    "hu": "a az és hogy nem is egy ez meg de van volt mi ha csak már mint vagy azt lesz".split(),
    "lt": "ir yra kad tai į ne iš su kaip bet mes buvo apie ar jie šis taip jau".split(),
    "sq": "dhe të një është në për me që nuk ka do si por ne kjo janë edhe".split(),
    "so": "waa iyo in ka ay ku oo uu ah la soo waxa wax si aan haa".split(),
    "id": "yang dan di ini itu untuk dengan tidak dari kita akan ada pada ke juga saya".split(),
    "tl": "ang ng sa na mga at ay ito hindi ko mo siya kami para po".split(),
    "vi": "và là của không có được cho một này trong những người đã với chúng".split(),
    "sw": "na ya wa kwa ni katika la hii cha kuwa za watu sisi lakini".split(),
}
_SCRIPTS = {
    "HEBREW": "he", "GREEK": "el", "THAI": "th", "HANGUL": "ko", "BENGALI": "bn", "GURMUKHI": "pa", "GUJARATI": "gu", "TAMIL": "ta",
    "TELUGU": "te", "MALAYALAM": "ml", "SINHALA": "si", "GEORGIAN": "ka", "ARMENIAN": "hy", "ETHIOPIC": "am", "LAO": "lo",
    "KHMER": "km", "MYANMAR": "my", "DEVANAGARI": "hi", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh",
    "CYRILLIC": "ru", "ARABIC": "ar",
}  # fmt: skip
# Letters that one language of a script has and the common one has not.
_TELLING_LETTERS = {"uk": "іїєґ", "ur": "ٹڈڑںےھ", "fa": "پچژگی", "sr": "ђћџљњ", "mr": "ळ"}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LETTERS_LOOKED_AT = 20_000
_FEWEST_WORDS = 8


def likely_language(texts: Iterable[str]) -> str:
    """Return the code of the language that the texts are most likely in, or "" when too little tells."""
    text = " ".join(texts)[:_LETTERS_LOOKED_AT].casefold()
    if by_script := _by_script(text):
        return by_script
    words = Counter(_WORD.findall(text))
    total = words.total()
    if total < _FEWEST_WORDS:
        return ""
    scores = {code: sum(words[word] for word in common) for code, common in _WORDS.items()}
    first, second = sorted(scores, key=lambda code: -scores[code])[:2]
    is_clear = scores[first] >= 3 and scores[first] * 12 >= total and scores[first] * 4 >= scores[second] * 5
    return first if is_clear else ""


def _by_script(text: str) -> str:
    letters = [letter for letter in text[:4_000] if letter.isalpha() and not letter.isascii()]
    ascii_letters = sum(1 for letter in text[:4_000] if letter.isascii() and letter.isalpha())
    scripts = Counter(unicodedata.name(letter, "?").split(" ")[0] for letter in letters)
    foreign = {script: n for script, n in scripts.items() if script in _SCRIPTS}
    if sum(foreign.values()) <= ascii_letters or not foreign:
        return ""
    if foreign.keys() & {"HIRAGANA", "KATAKANA"} and sum(foreign.get(s, 0) for s in ("HIRAGANA", "KATAKANA")) * 5 > sum(
        foreign.values()
    ):
        return "ja"
    code = _SCRIPTS[max(foreign, key=lambda script: foreign[script])]
    for other, telling in _TELLING_LETTERS.items():
        fits = {"uk": "ru", "ur": "ar", "fa": "ar", "sr": "ru", "mr": "hi"}[other] == code
        if fits and sum(text.count(letter) for letter in telling) * 100 > len(letters):
            return other
    return code
