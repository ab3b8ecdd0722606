"""What has failed, how often and why."""

from pathlib import Path

from vsat_core.contract.scratch import PREFIX
from vsat_core.executors.failed_manifest import FailedManifest


def test_attempts_are_counted_until_one_is_good(tmp_path):
    manifest, a = FailedManifest(tmp_path), tmp_path / "a.wav"
    manifest.failed(a, "a.wav: is text")
    manifest.failed(a, "a.wav: is empty")
    entry = FailedManifest(tmp_path).entry(a)
    assert entry and (entry.reason, entry.attempts) == ("a.wav: is empty", 2)
    assert manifest.paths() == {str(a)}
    manifest.done(a)
    assert not manifest.path.exists() and manifest.entries() == {}


def test_a_damaged_file_is_begun_again(tmp_path):
    manifest = FailedManifest(tmp_path)
    manifest.path.parent.mkdir()
    manifest.path.write_text('{"a": {"rea')
    assert manifest.entries() == {}
    manifest.failed(tmp_path / "a.wav", "why")
    assert len(manifest.entries()) == 1


def test_what_nobody_can_retry_is_not_in_it(tmp_path):
    manifest = FailedManifest(tmp_path)
    manifest.failed(Path(f"/tmp/{PREFIX}1/x/standard-input.wav"), "why")
    assert not manifest.path.exists()


def test_a_folder_that_refuses_costs_the_manifest_only(tmp_path):
    (tmp_path / ".vsat").write_text("in the way")
    FailedManifest(tmp_path).failed(tmp_path / "a.wav", "why")
    assert FailedManifest(tmp_path).entries() == {}
