"""The corpus: pairs that no bag of words can tell apart, and test combinations that training never showed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from course_utils.data import Sentiment, load_sentiment, tokenize
from course_utils.data.sentiment import ADJECTIVES, BLAME, PRAISE, THINGS, WORDS, Reviews


@pytest.fixture(scope="module")
def corpus() -> Sentiment:
    return load_sentiment(2000, 400, np.random.default_rng(0))


def bags(part: Reviews) -> dict[tuple[str, ...], list[int]]:
    """Labels of the pair sentences under their words in alphabetical order."""
    found: dict[tuple[str, ...], list[int]] = {}
    for text, label, kind in zip(part.texts, part.label.tolist(), part.kind, strict=True):
        if kind == "pair":
            found.setdefault(tuple(sorted(tokenize(text))), []).append(label)
    return found


def test_every_bag_of_words_of_a_pair_is_praise_as_often_as_blame(corpus: Sentiment) -> None:
    for part in corpus[:2]:
        assert all(np.mean(labels) == 0.5 for labels in bags(part).values())


def test_so_the_best_function_of_counts_is_right_in_exactly_half_of_the_pairs(corpus: Sentiment) -> None:
    best = sum(max(labels.count(0), labels.count(1)) for labels in bags(corpus.test).values())
    assert best * 2 == sum(len(labels) for labels in bags(corpus.test).values()) == (corpus.test.kind == "pair").sum()


def verdict(text: str) -> int:
    """What an English reader says, by rules of his own."""
    words = tokenize(text)
    marks = [(i, word in PRAISE) for i, word in enumerate(words) if word in ADJECTIVES]
    assert 1 <= len(marks) <= 2
    if len(marks) == 1:
        return int(marks[0][1] != bool({"not", "never", "nobody"} & set(words)))
    if "at first" in text or "was told" in text:
        return int(marks[-1][1])  # what came last holds
    if "the word for" in text:
        return int(marks[0][1])
    denied = [bool({"not", "never", "from"} & set(words[i - 1 : i])) for i, _ in marks]
    assert sorted(denied) == [False, True], text
    return int(marks[denied.index(False)][1])


def test_labels_are_what_a_reader_would_say(corpus: Sentiment) -> None:
    for part in corpus[:2]:
        assert [verdict(text) for text in part.texts] == part.label.tolist()


def combinations(part: Reviews) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """Praise with blame in pairs; adjective with thing elsewhere."""
    couples, uses = set(), set()
    for text, kind in zip(part.texts, part.kind, strict=True):
        words = tokenize(text)
        adjectives = sorted(word for word in words if word in ADJECTIVES)
        if kind == "pair":
            couples.add(tuple(adjectives))
        else:
            uses.add((adjectives[0], next(word for word in words if word in THINGS)))
    return couples, uses


def test_no_combination_of_the_test_was_seen_in_training_but_every_word_was(corpus: Sentiment) -> None:
    for seen, asked in zip(combinations(corpus.train), combinations(corpus.test), strict=True):
        assert not seen & asked
        assert len(asked) > 20
        assert {word for combination in asked for word in combination} <= {w for c in seen for w in c}
    assert set(WORDS[2:]) == {word for text in corpus.train.texts for word in tokenize(text)}


def test_half_are_pairs_an_eighth_negated_the_rest_plain_and_verdicts_are_even(corpus: Sentiment) -> None:
    for part in corpus[:2]:
        n = len(part.label)
        assert {k: (part.kind == k).sum() for k in ("pair", "negated", "plain")} == {
            "pair": n // 2, "negated": n // 8, "plain": 3 * n // 8
        }  # fmt: skip
        assert part.label.mean() == 0.5
        for kind in ("pair", "negated", "plain"):
            assert part.label[part.kind == kind].mean() == 0.5


def test_tokens_spell_the_sentences_and_the_mask_ends_with_them(corpus: Sentiment) -> None:
    part = corpus.train
    assert part.tokens.shape == part.mask.shape == (2000, 18)
    assert part.tokens.min() == 0
    assert not (part.tokens == 1).any()  # no unknown word
    for text, row, mask in zip(part.texts[:200], part.tokens, part.mask, strict=False):
        assert [corpus.words[token] for token in row[mask]] == tokenize(text)
        assert not row[~mask].any()
        assert all(a or not b for a, b in pairwise(mask))


def test_the_seed_decides_and_sentences_come_in_random_order(corpus: Sentiment) -> None:
    again, other = (load_sentiment(2000, 400, np.random.default_rng(seed)) for seed in (0, 1))
    assert again.train.texts == corpus.train.texts
    assert other.train.texts != corpus.train.texts
    assert 300 < (corpus.train.kind[:1000] == "pair").sum() < 700


def test_praise_and_blame_share_no_word_and_an_article_fits_each() -> None:
    assert not set(PRAISE) & set(BLAME)
    assert not any(word[0] in "aeiou" for word in ADJECTIVES)


@pytest.mark.parametrize("n", [8, 9, 10, 11, 13])
def test_odd_sizes_are_kept(n: int) -> None:
    assert len(load_sentiment(n, 8, np.random.default_rng(0)).train.texts) == n


def test_too_few_sentences_are_refused() -> None:
    with pytest.raises(ValueError) as caught:
        load_sentiment(100, 4, np.random.default_rng(0))
    assert str(caught.value) == (
        "n_test must be a whole number, 8 or more, got 4: each kind of sentence needs both verdicts. Try 100."
    )
