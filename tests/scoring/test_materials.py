"""Which result belongs to which reference."""

import pytest

from vsat_core.scoring.materials import pair

RTTM = "SPEAKER {0} 1 0.000 1.000 <NA> <NA> a <NA> <NA>\n"


@pytest.fixture
def written(tmp_path):
    """A folder for each side with one RTTM file of a name of its own."""
    for side, name in (("reference", "talk"), ("result", "speech")):
        (tmp_path / side).mkdir()
        (tmp_path / side / f"{name}.rttm").write_text(RTTM.format(name))
    return tmp_path / "reference", tmp_path / "result"


def test_two_files_belong_together_whatever_they_are_called(written):
    reference, result = written
    found = pair(reference / "talk.rttm", result / "speech.rttm")
    assert ([p.name for p in found.pairs], found.problems) == (["talk"], ())


@pytest.mark.parametrize("folders", [(True, True), (True, False), (False, True)])
def test_in_folders_names_decide(written, folders):
    reference, result = written
    sides = (reference, reference / "talk.rttm"), (result, result / "speech.rttm")
    found = pair(*(side[not folder] for side, folder in zip(sides, folders, strict=True)))
    assert found.pairs == () and len(found.problems) == 2
