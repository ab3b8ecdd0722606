"""The cache: what comes from it, and what misses it."""

import subprocess
import sys
from pathlib import Path

import attrs
import numpy as np

import vsat_core
from vsat_core.config.profile import read, resolve
from vsat_core.config.registry import load
from vsat_core.engine.cache import Cache, choice_digest


def run(tiny, *settings: str, **more):
    return vsat_core.run(
        tiny.recording, str(tiny.profile), out=tiny.folder / "out", settings=settings, **more
    )


def cached(outcome) -> dict[str, bool]:
    return {row.stage: row.cached for row in outcome.rows}


def elsewhere(tiny) -> list[str]:
    """Run in a process of its own; the stages that were computed."""
    options = ["--profile", str(tiny.profile), "--out", str(tiny.folder / "out")]
    command = [sys.executable, "-m", "vsat_core", "run", str(tiny.recording), *options]
    subprocess.run(command, check=True, capture_output=True)
    return tiny.calls()


def test_a_second_run_comes_from_the_cache_and_says_so(tiny):
    first, second = run(tiny), run(tiny)
    assert not any(cached(first.outcome).values())
    assert cached(second.outcome) == {s: s != "write" for s in cached(first.outcome)}
    assert tiny.calls().count("decode") == 1
    assert (first.words, first.turns, first.environment) == (
        second.words,
        second.turns,
        second.environment,
    )
    for row in second.outcome.rows:
        assert (row.seconds is None) == (row.prepare_seconds is None) == row.cached


def test_warnings_come_back_from_the_cache(tiny):
    assert run(tiny).warnings == run(tiny).warnings == ["heard 4 pieces"]


def test_even_a_first_run_goes_on_with_mapped_copies(tiny):
    """A result that was just computed is exchanged for the cache's own, so that its memory is
    free.
    """
    first = run(tiny).outcome.artifacts["enhance"]
    assert isinstance(first.samples.base, np.memmap)
    assert Cache().folder in Path(first.samples.base.filename).parents


def test_without_the_cache_nothing_is_kept(tiny):
    run(tiny, cache=False)
    run(tiny, cache=False)
    assert tiny.calls().count("decode") == 2 and not list(Cache().entries())


def test_another_recording_of_the_same_content_is_the_same(tiny):
    run(tiny)
    twin = tiny.folder / "twin.wav"
    twin.write_bytes(tiny.recording.read_bytes())
    tiny.calls()
    vsat_core.run(twin, str(tiny.profile), out=tiny.folder / "out")
    assert tiny.calls() == ["write"]
    twin.write_bytes(tiny.recording.read_bytes() + b"\x7f" * 8)
    vsat_core.run(twin, str(tiny.profile), out=tiny.folder / "out")
    assert "decode" in tiny.calls()


def test_params_miss_it_and_tuning_does_not(tiny):
    run(tiny)
    tiny.calls()
    run(tiny, "stages.features.tuning.threads=3")
    assert tiny.calls() == ["write"]
    run(tiny, "stages.detect.level=0.26")
    assert tiny.calls() == [
        "detect",
        "write",
    ]  # the same segments: what follows has the same inputs
    run(tiny, "stages.detect.level=0.6")
    assert tiny.calls()[:3] == ["detect", "feats", "embed"]


def test_another_variant_of_the_same_code_misses_it(tiny):
    run(tiny)
    tiny.calls()
    run(tiny, "stages.cluster.use=tiny.again")
    assert tiny.calls() == ["cluster", "write"]


def test_an_edited_plugin_or_helper_misses_it(tiny):
    (tiny.folder / "helper.py").write_text("from .deeper import WORD\n")
    (tiny.folder / "deeper.py").write_text('WORD = "at"\n')
    text = tiny.plugin.read_text().replace('[f"at {a}"', '[f"{helper.WORD} {a}"')
    tiny.plugin.write_text(text.replace("HOP = 4", "from . import helper\nHOP = 4"))
    everything, written = elsewhere(tiny), tiny.folder / "out" / "talk.txt"
    assert "transcribe" in everything and elsewhere(tiny) == ["write"]
    assert "0 at\n" in written.read_text()
    tiny.plugin.write_text(
        tiny.plugin.read_text().replace('{helper.WORD} {a}"', '{helper.WORD} {a} now"')
    )
    assert elsewhere(tiny) == everything and "0 now\n" in written.read_text()
    (tiny.folder / "deeper.py").write_text('WORD = "around"\n')
    assert elsewhere(tiny) == everything and "0 around\n" in written.read_text()


def test_a_model_of_other_content_misses_it(tmp_path, tiny, monkeypatch):
    from vsat_core.plugin import Model

    draft = read(str(tiny.profile))
    choice = resolve(draft, load(draft.plugins)).stages["cut"]
    model = Model("weights", "nothing==1", "no_such_package", "weights.bin", "0" * 64, "MIT", "any")
    card = attrs.evolve(choice.variant.card, needs=(model,))
    choice = attrs.evolve(choice, variant=attrs.evolve(choice.variant, card=card))
    monkeypatch.setenv("VSAT_MODELS", str(tmp_path))
    found = {choice_digest(choice)}
    for content in (b"one", b"three"):
        (tmp_path / "weights.bin").write_bytes(content)
        found.add(choice_digest(choice))
    assert len(found) == 3
