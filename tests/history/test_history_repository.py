"""Commits as git says them, and none where there is none."""

import shutil
import subprocess

import pytest

from vsat_core.history import repository
from vsat_core.history.measurement import Commit

git = pytest.mark.skipif(not shutil.which("git"), reason="needs git")


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "1700000000 +0000")

    def run(*words):
        named = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(
            ["git", *named, "-C", tmp_path, *words], check=True, stdout=subprocess.DEVNULL
        )

    run("init", "-q")
    (tmp_path / "file").write_text("one")
    run("add", "file")
    run("commit", "-q", "-m", "one")
    return tmp_path


@git
def test_the_commit_of_a_folder(checkout):
    clean = repository.commit_of(checkout, "project")
    assert len(clean.id) == 40 and clean.time == 1_700_000_000 and clean.of == "project"
    (checkout / "other").write_text("not tracked")
    assert repository.commit_of(checkout, "project") == clean
    (checkout / "file").write_text("two")
    assert repository.commit_of(checkout, "project").id == clean.id + "+"


@git
def test_commits_by_name(checkout):
    full = repository.commit_of(checkout, "file")
    for name in ("HEAD", full.id[:8], full.id):
        assert repository.commit_named(checkout, name) == full
    for name in ("no-such", "--output=x", "-h"):
        assert repository.commit_named(checkout, name) == Commit(name, None, "file")
    assert sorted(p.name for p in checkout.iterdir()) == [".git", "file"]


@git
def test_the_project_counts_before_vsat(checkout, monkeypatch):
    monkeypatch.chdir(checkout)
    commit, _ = repository.current()
    assert commit == repository.commit_of(checkout, "project")


def test_without_git_or_a_repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert repository.commit_of(tmp_path, "project") == Commit()
    monkeypatch.setenv("PATH", "")
    assert repository.commit_of(tmp_path, "project") == Commit()
