"""What `vsat run` says where another number of speakers is possible."""

import pytest

from vsat_core.cli.progress import Display
from vsat_core.engine.summary import RunSummary


def summary_of(perhaps: tuple[int, ...]) -> RunSummary:
    return RunSummary("talk.wav", 30.0, 1.0, 12, 0, [14.0, 9.0], None, [], [], (), (), perhaps)


@pytest.mark.parametrize(
    ("perhaps", "doubt"),
    [((), ""), ((3,), "; 2 speakers, perhaps 3"), ((1, 3), "; 2 speakers, perhaps 1 or 3")],
)
def test_the_end_of_a_run_names_other_numbers_of_speakers(perhaps, doubt, capsys):
    Display(1).file_ends(RunSummary.read(summary_of(perhaps).plain()))
    line = f"speakers: Speaker 1 0:00:14, Speaker 2 0:00:09{doubt}; 12 words"
    assert line in capsys.readouterr().out.splitlines()
