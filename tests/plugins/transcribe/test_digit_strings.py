"""transcribe: dictated numbers are written as one, counting is not."""

import pytest

from vsat_plugins.transcribe.digit_strings import joined, joined_answers
from vsat_plugins.transcribe.hallucinations import Answer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plus 44, 20, 7, 9, 4, 6, 0, 9, 5, 8.", "Plus 44, 20, 79460958."),
        ("It is 4 7 1 1 9 2, I think.", "It is 471192, I think."),
        ("Call 5, 5, 5, 0, 1, then 8, 3, 9, 2, 0!", "Call 55501, then 83920!"),
        ("1, 2, 3, 4, 6", "12346"),
    ],
)
def test_a_dictated_number_is_one_word(text, expected):
    assert joined(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7, 9, 4, 6.",
        "1, 2, 3, 4, 5, 6, 7, 8, 9, 10.",
        "10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0.",
        "2, 4, 6, 8, 10",
        "Testing 1, 2, 3, 1, 2, 3.",
        "5, 5, 5, 5, 5, 5, 5, 5, 5",
        "7. 9. 4. 6. 0.",
        "a1 2 3 4 9 x",
        "44, 20, 79, 46",
        "1.5, 2, 7, 3, 8",
        "8, 9, 0, 1, 2, 3",
        "7, 9, 4, 6 and 0, 9, 5, 8",
    ],
)
def test_other_numbers_stay(text):
    assert joined(text) == text


def test_everything_else_of_an_answer_stays():
    assert joined_answers([Answer("7, 9, 4, 6, 0.", -0.1, 10, True)]) == [
        Answer("79460.", -0.1, 10, True)
    ]
