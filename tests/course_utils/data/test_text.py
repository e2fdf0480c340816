"""Words, vocabulary, rows of tokens."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.data import encode, tokenize, vocabulary

WORDS = ("<pad>", "<unknown>", "b", "a")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Not good.", ["not", "good", "."]),
        ("good,not bad!", ["good", ",", "not", "bad", "!"]),
        ("Don't<br /><br />stop", ["don't", "stop"]),
        ("Amélie’s 2 1/2 cafés -- (really)", ["amélie’s", "2", "1", "2", "cafés", "really"]),
        ("3 < 4 and 5 > 4", ["3", "4"]),
        ("", []),
        (" \n\t", []),
    ],
)
def test_tokenize(text: str, words: list[str]) -> None:
    assert tokenize(text) == words


def test_the_vocabulary_holds_the_most_frequent_words_and_ties_go_by_the_alphabet() -> None:
    assert vocabulary(["c c c", "b a b a", "d"], 5) == ("<pad>", "<unknown>", "c", "a", "b")
    assert vocabulary(["c"], 100) == ("<pad>", "<unknown>", "c")


def test_long_texts_lose_their_end_or_their_start() -> None:
    assert encode(["a b b"], WORDS, 2).tokens.tolist() == [[3, 2]]
    assert encode(["a b b"], WORDS, 2, keep_end=True).tokens.tolist() == [[2, 2]]


def test_an_unknown_word_is_a_word_and_an_empty_text_is_all_padding() -> None:
    tokens, mask = encode(["zzz a", ""], WORDS, 3)
    assert tokens.tolist() == [[1, 3, 0], [0, 0, 0]]
    assert mask.tolist() == [[True, True, False], [False, False, False]]
    assert (tokens.dtype, mask.dtype) == (np.int64, np.bool_)


def test_refusals() -> None:
    with pytest.raises(ValueError) as caught:
        encode(["a"], ("a", "b"))
    assert str(caught.value) == (
        "words must begin with ('<pad>', '<unknown>'), got ('a', 'b'): their numbers 0 and 1 are reserved. "
        "Try vocabulary(texts, 5000)."
    )
    with pytest.raises(ValueError, match=r"length must be a whole number, 1 or more, got 0"):
        encode(["a"], WORDS, 0)
    with pytest.raises(ValueError, match=r"length must be a whole number, 1 or more, got 0"):
        encode([""], WORDS)
    with pytest.raises(ValueError, match=r"size must be a whole number, 3 or more, got 2: two places go to"):
        vocabulary(["a"], 2)
