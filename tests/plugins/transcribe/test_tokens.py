"""transcribe: the vocabulary file and how token numbers spell text."""

import pytest

from vsat_plugins.transcribe import TOKENIZER
from vsat_plugins.transcribe.tokens import read_vocabulary, text_of

PIECES = [
    b"<unk>",
    b"<s>",
    b"</s>",
    "▁caf".encode(),
    b"\xc3",
    b"\xa9",
    "▁▁".encode(),
    b"<<ST_0>>",
    "!♪".encode(),
]


def test_bytes_join_to_letters_and_marks_are_left_out():
    assert text_of(PIECES, [1, 3, 4, 5, 7, 6, 3, 8, 2]) == "café caf!♪"


def test_half_a_letter_is_dropped():
    assert text_of(PIECES, [3, 4]) == "caf"


def test_file_of_lengths_and_bytes(tmp_path):
    path = tmp_path / "tokenizer.bin"
    path.write_bytes(b"".join(bytes([len(p)]) + p for p in PIECES))
    assert read_vocabulary(path) == PIECES
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match="ends after the file"):
        read_vocabulary(path)


@pytest.mark.models
def test_the_real_vocabulary():
    pieces = read_vocabulary(TOKENIZER.path())
    assert len(pieces) == 32_768
    assert pieces[3:259] == [bytes([b]) for b in range(256)]
    assert text_of(pieces, [pieces.index("▁the".encode()), pieces.index(b"ory")]) == "theory"
