"""What `vsat run` shows at its end."""

from vsat_core.cli.progress import Display
from vsat_core.engine.outcome import StageRow
from vsat_core.engine.summary import RunSummary


def summary(path, *rows):
    return RunSummary(path, 10.0, 1.0, 3, 0, [], None, [], [], tuple(StageRow(*r) for r in rows))


def test_a_rule_had_a_second_variant_run_for_one_of_two_recordings(capsys):
    cut, own = ("cut", "voices", 0.1, 0.0, 10), ("transcribe", "own", 1.0, 0.5, 20)
    other = ("transcribe", "other", 3.0, 0.5, 40)
    display = Display(2)
    for path, rows in (("a.wav", (cut, own)), ("b.wav", (cut, own, other))):
        display.file_ends(summary(path, *rows))
    capsys.readouterr()
    assert display.summary() == 0
    header, *shown, last = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in shown] == [
        ["cut", "voices", "0.200"],
        ["transcribe", "own", "2.000"],
        ["transcribe", "other", "3.000"],
    ]
    assert header.startswith("stage") and last == "2 of 2 recordings done"
