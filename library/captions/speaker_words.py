"""Words by which a label before a colon or in brackets is told from a speaker's name: "Note:", "Slide 4:", "[Music]"."""

# ruff: noqa: SIM905 - long word lists are read most easily as lines of words
from __future__ import annotations

import re

# A part somebody plays, with a number or alone: how transcription tools and transcribers call people they do not know.
VOICE = re.compile(
    r"(?:(?:unknown|unidentified|male|female|new)\s+)?"
    r"(?:speaker|spk|participant|interviewer|interviewee|moderator|facilitator|presenter|narrator|host|guest|chair"
    r"|chairman|chairwoman|chairperson|audience(?:\s+member)?|man|woman|boy|girl|voice(?:\s?-?over)?|respondent|panell?ist"
    r"|reporter|translator|interpreter|teacher|student|patient|nurse|doctor|user|person|member|caller|operator)"
    r"(?:[\s_#-]*(?:[0-9]{1,3}|[A-Z]))?",
    re.IGNORECASE,
)
PARTICLES = frozenset(
    "van von de der den da di la le del della bin bint ibn al el ap ab ferch of the and & y e dos das do du ten ter st".split()
)
SOUNDS = frozenset(
    """applause applauds applauding laughter laughs laugh laughing chuckles chuckle giggles music musical song singing sings
    inaudible unintelligible indistinct unclear crosstalk overlapping silence pause noise noises background coughs cough sighs sigh
    clears throat cheers cheering cheer beep bleep bell phone ringing rings knock knocking door footsteps typing static
    whispers whisper whispering shouts shouting gasps gasp groans crying cries sobs sneezes sniffs snorts yawns claps
    clapping clap claxon buzz buzzing chatter chattering murmuring murmurs foreign language speaking speaks sound sounds
    audio video playing plays break end start blank breath breathes breathing exhales inhales mumbles mumbling stutters
    feedback interference distorted muted unmuted recording stopped started paused intro outro theme jingle instrumental
    upbeat soft gentle quiet loud dramatic tense english welsh french german spanish italian polish urdu bengali punjabi
    gujarati arabic somali romanian portuguese turkish chinese mandarin cantonese japanese korean russian ukrainian hindi
    laughter-all all both everyone together simultaneously redacted removed name sic optional""".split()
)
_LABELS = frozenset(
    """
    a about above action actions activities activity advice after afternoon again agenda agreed aim aims also although
    always an announcement announcements another answer answers anyway appendix april are aside ask asked at attention
    august background basically because before beginning below benefit benefits best beware bonus both bottom breakfast
    breakout brief briefly but by call care cause caution caveat challenge challenges change chapter check checklist
    choose clearly close closing comment comments communities community compare conclusion conclusions cons consider
    contact contents context continued correction cost costs credit credits culture data date day deadline december
    decision decisions definition demo description design detail details digital dinner disclaimer discussion do don't
    edit effect eight eighth eleven email ending episode equality equally equity error especially evaluation evening
    everything evidence example examples exercise exercises fact facts february feedback fifth figure final finally
    finance finding findings first firstly five focus follow following for format four fourth friday from funding further
    generally goal goals governance he heading health hello help her here hi hint his homework hour hours how however i
    idea ideas if important improvement in include includes including indeed info information input inputs instruction
    instructions intro introduction is issue issues it item items its january july june just key kind last lastly
    leadership learning lesson lessons let level link links list literally location look lunch mainly maybe meaning
    meanwhile method methods midday mind minute minutes mission mistake module monday month months more moreover morning
    most motto my myth namely necessary need needs never nevertheless new news next night nine ninth no noon not note
    notes notice november now number objective objectives obviously october of often ok okay on once one only opening
    option options or order other others otherwise our outcome outcomes outline output outputs overall overview page
    paragraph part partnership partnerships parts people perhaps personally phase phone place plan plans please plus point
    points policy practice principle principles priorities priority problem problems process programme project proof pros
    purpose put q quality question questions quick quite quotation quote rather read reality really reason reasons recap
    recommendation recommendations reference references reflection remember reminder repeat result results review right
    risk risks rule rules safeguarding safety said same saturday say saying says scenario scene second secondly secret
    section sections see september service services seven seventh several she simply since situation six sixth skill
    skills slide slides so solution solutions some something sometimes soon source sources specifically stage start step
    steps still stop story strategy strength strengths structure study subject subtitle subtitles suddenly suggestion
    suggestions summary sunday supper surely system systems table takeaway takeaways target task tasks tea team telephone
    tell ten tenth test than thanks that the their them theme themes then theory there therefore these they thing things
    think third thirdly this those thought thoughts three thursday time times timing tip tips title titles to today
    together tomorrow tonight too tool tools top topic topics total transcript transformation translation trust truth try
    tuesday twelve two type types understand unit until up update us usually value values version very view vision volume
    want warm-up warning warnings was watch way ways we weakness weaknesses web website wednesday week weekend weeks
    welcome well were what when where whether which while who whole whose why wisdom with within without wonderful word
    words work workforce workshop worse worst yes yesterday yet you your zero
    """.split()
)
# Labels' words that people are called as well: they count only where nothing else in the label is a name.
_ALSO_NAMES = frozenset(
    "april june august page day story key link way place best quick blank noon still target art".split()
)
# What turns a verb or an adjective into a label's word, unless it ends a known name.
_ENDINGS = re.compile(r".+(?:tion|sion|ness|ship|ology|able|ible|ally|fully|ously|wards|wise)")


def is_label(words: list[str], *, is_bracketed: bool = False) -> bool:
    """Tell the words of a label or a sound from those of a name."""
    folded = [word.casefold().strip(".,'’\"!?") for word in words]
    if is_bracketed and any(word in SOUNDS or (word.endswith("ing") and len(word) > 6) for word in folded):
        return True
    edges = [word for word in (folded[0], folded[-1]) if word not in PARTICLES]
    if len(folded) > 1 and not all(_belongs_to_label(word) for word in edges):
        edges = [word for word in edges if word not in _ALSO_NAMES]
    return any(_belongs_to_label(word) for word in edges)


def _belongs_to_label(word: str) -> bool:
    return word in _LABELS or bool(_ENDINGS.fullmatch(word))
