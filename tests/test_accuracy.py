"""A gate against getting worse: a profile on the synthesised recordings, scored with their exact
references.
"""

import json

import pytest

from tests._support.paths import TEST_DATA
from vsat_core.cli import main

MANIFEST = TEST_DATA / "manifest.json"


@pytest.mark.models
def test_accurate_meeting_stays_as_accurate_as_measured(tmp_path):
    """Measured when the gate was set: DER 2.8 % (0.25 s a side), WER 4.6 %, cpWER 7.8 %, both
    counts exact.
    """
    assert (
        main(["evaluate", str(MANIFEST), "--profile", "accurate-meeting", "--out", str(tmp_path)])
        == 0
    )
    pooled = json.loads((tmp_path / "evaluation.json").read_text())["profiles"]["accurate-meeting"][
        "groups"
    ]["all"]
    rates = {name: row["rate"] for name, row in pooled["rates"].items()}
    assert rates["DER, collar 0.25 s"] <= 0.04
    assert rates["WER"] <= 0.06
    assert rates["cpWER"] <= rates["WER"] + 0.04
    assert pooled["speakers"]["exact"] == 2
