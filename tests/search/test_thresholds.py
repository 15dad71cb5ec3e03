"""Thresholds that were chosen by measurement, each tried on both sides of where it lies, so that none moves unnoticed."""

from __future__ import annotations

from datetime import date

import pytest

from search.engine.highlighting import Wanted, best_stretch, moment_of
from search.engine.matching import _weight
from search.engine.ordering import Ranked, _mixed, freshness, fused_by_place
from search.engine.searching import fused_score
from search.language import analysis
from search.language.kind_intent import asked_kind
from search.language.name_index import NameIndex
from search.language.normalised import normalised
from search.language.passages import Passage, SpokenCue, passages_of_cues
from search.language.queries import Hint, Word, understand
from search.language.synonyms import Synonyms
from search.language.transcript import Transcript
from tests.search.test_transcript import said


def words(count: int, name: str = "ward") -> str:
    """So many distinct words that are common nowhere."""
    letters = "bcdfghjklmnpqrstvwxz"
    return " ".join(f"{name}{letters[n // 20 % 20]}{letters[n % 20]}o" for n in range(count))


def texts_of(*cues: SpokenCue, chapters: tuple[float, ...] = ()) -> list[str]:
    return [passage.text for passage in passages_of_cues(cues, chapters)]


@pytest.mark.parametrize(
    ("second", "texts"), [(9.49, ["before one"]), (9.5, ["before", "one"]), (10.0, ["before", "one"])]
)
def test_a_cue_that_begins_half_a_second_before_its_chapter_belongs_to_it(second, texts):
    assert texts_of(SpokenCue(8, 9, "before"), SpokenCue(second, 11, "one"), chapters=(10.0,)) == texts


@pytest.mark.parametrize(("second", "texts"), [(10.0, ["one two"]), (10.01, ["one", "two"])])
def test_a_silence_of_more_than_eight_seconds_parts(second, texts):
    assert texts_of(SpokenCue(0, 2, "one"), SpokenCue(second, 12, "two")) == texts


@pytest.mark.parametrize(("count", "first"), [(60, 60), (61, 61), (79, 79), (80, 60), (200, 60)])
def test_a_window_holds_sixty_words_and_a_tail_of_a_third_is_none_of_its_own(count, first):
    passages = passages_of_cues([SpokenCue(n, n + 1, f"w{n}") for n in range(count)])
    assert len(passages[0].text.split()) == first


@pytest.mark.parametrize(("plain", "are_signs_meant"), [(9, True), (10, False)])
def test_quotes_and_minus_are_signs_below_ten_words(plain, are_signs_meant):
    query = understand(f'"small tests" {words(plain - 1)} -targets')
    assert bool(query.phrases) is bool(query.excluded) is are_signs_meant


@pytest.mark.parametrize(("count", "enough"), [(0, 1), (1, 1), (2, 10), (3, 100), (9, 100)])
def test_how_many_are_enough(count, enough):
    assert understand(words(count)).enough == enough


@pytest.mark.parametrize(("typed", "prefix"), [("kub", None), ("kube", "kube"), ("kuber", "kuber"), ("kube2", None)])
def test_four_letters_may_be_the_beginning_of_a_word(typed, prefix):
    assert understand(f"{words(1)} {typed}").prefix == prefix


@pytest.mark.parametrize(("count", "kept"), [(47, 47), (48, 48), (49, 48)])
def test_forty_eight_words_are_searched(count, kept):
    assert len(understand(words(count)).words) == kept


@pytest.mark.parametrize(("length", "hint"), [(1_000, None), (1_001, Hint.TOO_LONG)])
def test_a_thousand_characters_are_read(length, hint):
    text = (words(200, "wardrobe") + " ")[: length - 1].rstrip()
    assert understand(text.ljust(length, "z")).hint == hint


@pytest.mark.parametrize(("count", "is_asked"), [(5, True), (6, False)])
def test_a_kind_is_heard_at_the_end_of_six_words(count, is_asked):
    assert (asked_kind(f"{words(count)} slides") is not None) is is_asked


@pytest.mark.parametrize(
    ("spoken", "typed", "corrected"),
    [
        ("zeb", "zub", ""),  # of three letters any other word is near
        ("zebo", "zubo", "zebo"),
        ("zebuto", "zubuta", ""),  # two edits in six letters
        ("zebuto", "zebuta", "zebuto"),
        ("zebuton", "zubutan", "zebuton"),  # two in seven
        ("zebutonic", "zubutanik", ""),  # three in nine
    ],
)
def test_how_many_letters_may_be_wrong_in_a_transcript(spoken, typed, corrected):
    assert Transcript(said(f"we met {spoken} there")).find(typed).corrected == corrected


@pytest.mark.parametrize(("between", "is_some_words"), [(58, False), (59, True)])
def test_words_of_a_place_stand_within_sixty(between, is_some_words):
    found = Transcript(said(f"zebuto {words(between)} xylo")).find("zebuto xylo ")
    assert found.is_some_words is is_some_words


@pytest.mark.parametrize(("count", "places"), [(200, 200), (201, 200)])
def test_two_hundred_places_are_listed(count, places):
    assert len(Transcript(said(*["a zebuto here"] * count)).find("zebuto ").places) == places


def wanted(*stems: str, runs: tuple[tuple[str, ...], ...] = ()) -> Wanted:
    return Wanted.of(dict.fromkeys(stems, 1.0), runs)


@pytest.mark.parametrize(("gap", "is_together"), [(154, True), (155, False)])
def test_a_match_is_at_most_a_hundred_and_seventy_characters(gap, is_together):
    text = f"zebutoxy {'i' * (gap - 2)} xylozebu"
    tokens = analysis.tokens(text)
    looked_for = wanted(tokens.stems[0], tokens.stems[-1])
    stretch = best_stretch(tokens, looked_for.matched(tokens.stems), looked_for)
    assert (stretch[0] != stretch[1]) is is_together if stretch else False


@pytest.mark.parametrize(("length", "is_whole"), [(240, True), (241, False)])
def test_a_moment_shows_two_hundred_and_forty_characters(length, is_whole):
    text = ("zebuto " + "care of all " * 40)[:length].rstrip().ljust(length, "s")
    moment = moment_of(Passage(text), 1.0, wanted(*analysis.stems("zebuto")))
    assert moment is not None and moment.text.endswith("…") is not is_whole


@pytest.mark.parametrize(("lead", "is_cut"), [(70, False), (71, True)])
def test_a_moment_leaves_out_more_than_seventy_characters_before_its_match(lead, is_cut):
    before = ("and so on " * 20)[: lead - 1] + " "
    passage = Passage(f"{before}zebuto", cue_offsets=((0, 0.0, 9.0),), cue_speakers=("",))
    moment = moment_of(passage, 1.0, wanted(*analysis.stems("zebuto")))
    assert moment is not None and moment.text.startswith("…") is is_cut


@pytest.mark.parametrize(("chain", "is_marked"), [("of the", False), ("of the in", True)])
def test_three_common_words_side_by_side_are_a_phrase(chain, is_marked):
    run = tuple(analysis.tokens(chain).stems)
    looked_for = wanted("zebuto", runs=(run,))
    assert bool(looked_for.matched(analysis.tokens(chain).stems)) is is_marked


def test_a_pair_counts_less_than_a_word_of_its_own():
    tokens = analysis.tokens("zebuto xylo " + "i " * 100 + "mumbo")
    stems = tokens.stems
    for weight, first in ((0.79, 0), (0.81, len(stems) - 1)):
        looked_for = Wanted.of({stems[-1]: weight}, ((stems[0], stems[1]),))
        stretch = best_stretch(tokens, looked_for.matched(stems), looked_for)
        assert stretch is not None and stretch[0] == first


@pytest.mark.parametrize(("days", "factor"), [(0, 1.05), (1_095, 1.025), (2_190, 1.0125)])
def test_what_is_new_counts_a_twentieth_more_and_half_of_that_after_three_years(days, factor):
    today = date(2026, 3, 1).toordinal()
    assert freshness(today - days, today) == pytest.approx(factor)
    assert freshness(0, today) == pytest.approx(1.025)


def order(scores: list[tuple[float, int]]) -> list[int]:
    ranked = [Ranked(number, score, None) for number, (score, _) in enumerate(scores)]
    kinds = {number: kind for number, (_, kind) in enumerate(scores)}
    return [each.number for each in _mixed(ranked, kinds)]


def test_a_row_of_three_of_a_kind_gives_way_to_what_is_four_fifths_as_good():
    assert order([(1.0, 1), (1.0, 1), (1.0, 1), (1.0, 1), (0.8, 2)]) == [0, 1, 2, 4, 3]
    assert order([(1.0, 1), (1.0, 1), (1.0, 1), (1.0, 1), (0.79, 2)]) == [0, 1, 2, 3, 4]
    assert order([(1.0, 1), (1.0, 1), (1.0, 1), (0.9, 2)]) == [0, 1, 2, 3]


def test_the_first_ten_are_mixed_and_no_more():
    alternating = [(1.0, number % 2) for number in range(7)]
    assert order([*alternating, (1.0, 0), (1.0, 0), (1.0, 0), (0.9, 1)]) == [*range(9), 10, 9]
    # Three of a kind fill the places to the tenth, so it is the eleventh that would give way.
    alternating = [(1.0, (number + 1) % 2) for number in range(7)]
    assert order([*alternating, (1.0, 0), (1.0, 0), (1.0, 0), (1.0, 0), (0.9, 1)]) == [*range(12)]


def test_places_by_meaning_count_four_fifths_of_places_by_words():
    ranked = [Ranked(1, 9.0, None), Ranked(2, 0.0, None)]
    fused = {each.number: each.score for each in fused_by_place(ranked, [2], {})}
    assert fused == {1: pytest.approx(1 / 61), 2: pytest.approx(0.8 / 61)}


@pytest.mark.parametrize(("passages", "whole", "best"), [(0, 1.0, 0.0), (20, 0.75, 0.5), (40, 0.6, 0.8)])
def test_from_twenty_passages_on_the_best_counts_like_the_whole(passages, whole, best):
    assert fused_score(1.0, 0.0, passages) == pytest.approx(whole)
    assert fused_score(0.0, 1.0, passages) == pytest.approx(best)


@pytest.mark.parametrize(("frequency", "weight"), [(500, 0.2), (900, 0.2), (1, 0.9999)])
def test_a_word_of_half_of_all_counts_a_fifth(frequency, weight):
    assert _weight(Word("a", "a", 0, 1), frequency, 1_000) == pytest.approx(weight, abs=1e-3)
    assert _weight(Word("a", "a", 0, 1, count=4), frequency, 1_000) == pytest.approx(2 * weight, abs=2e-3)


@pytest.mark.parametrize(("typed", "found"), [("zbu", 0), ("zbeu", 1), ("z" * 25, 0)])
def test_a_name_is_looked_for_with_an_error_from_four_letters_on(typed, found):
    assert len(NameIndex([("zebu", 1), ("zeb", 2)]).like(typed, 5)) == found


@pytest.mark.parametrize(("count", "is_kept"), [(12, True), (13, False)])
def test_twelve_words_are_logged(count, is_kept):
    assert (normalised(" ".join(f"ab{letter}" for letter in "cdefghijklmno"[:count])) is not None) is is_kept


@pytest.mark.parametrize(("length", "is_kept"), [(80, True), (81, False)])
def test_eighty_characters_are_logged(length, is_kept):
    assert (normalised("z" * length) is not None) is is_kept


@pytest.mark.parametrize(("count", "is_known"), [(8, True), (9, False)])
def test_a_term_of_eight_words_is_expanded(count, is_known):
    term = words(count)
    found = understand(term, False, Synonyms([("xyz", term)]))
    assert any(word.is_term for word in found.words) is is_known


@pytest.mark.parametrize(("others", "ways"), [(12, 12), (13, 12)])
def test_a_term_has_twelve_other_ways_at_most(others, ways):
    same = Synonyms([("xyz", *words(others).split())])
    (word,) = understand("XYZ", False, same).words
    assert len(word.ways) == ways
