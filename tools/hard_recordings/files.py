"""The files of a part: sound, references and the manifest for `vsat evaluate`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import soundfile

from tools.hard_recordings.recipe import Recipe
from tools.hard_recordings.render import Rendered, rendered
from tools.hard_recordings.voices import Voice
from vsat_core.formats.rttm import rttm_text
from vsat_core.formats.stm import stm_text

ENVIRONMENT = {"codec": "telephone", "noise": "noisy", "room": "meeting"}
DIGESTS = Path(__file__).with_name("digests.json")  # sha256 of the samples as they were measured
MANIFEST = "manifest.json"


def read_digests() -> dict[str, str]:
    """The digest of each conversation's samples; empty before the first rendering."""
    return json.loads(DIGESTS.read_text()) if DIGESTS.exists() else {}


def digest_of(sound: Rendered) -> str:
    """sha256 of the 16-bit samples: that of the file depends on the FLAC encoder."""
    return hashlib.sha256(sound.samples.tobytes()).hexdigest()


def write_part(
    recipes: Iterable[Recipe],
    voices: Mapping[str, Voice],
    speech: Path,
    out: Path,
    vary: bool = False,
) -> Iterable[tuple[str, str]]:
    """Write each conversation that is not there, and the manifest; yields id and digest."""
    out.mkdir(parents=True, exist_ok=True)
    entries = []
    for recipe in recipes:
        sound = rendered(recipe, voices, speech, vary)
        entries.append(_write(recipe, sound, out))
        yield recipe.id, digest_of(sound)
    (out / MANIFEST).write_text(json.dumps(entries, indent=1) + "\n")


def _write(recipe: Recipe, sound: Rendered, out: Path) -> dict[str, Any]:
    """One conversation's files; returns its entry."""
    base = out / recipe.id
    soundfile.write(base.with_suffix(".flac"), sound.samples, sound.rate, subtype="PCM_16")
    base.with_suffix(".rttm").write_text(rttm_text(sound.turns))
    entry = {
        "id": recipe.id,
        "audio": f"{recipe.id}.flac",
        "seconds": len(sound.samples) / sound.rate,
        "speakers": len(recipe.speakers),
        "environment": ENVIRONMENT.get(recipe.kind, "quiet"),
        "rttm": f"{recipe.id}.rttm",
    }
    if sound.segments is not None:
        base.with_suffix(".stm").write_text(stm_text(sound.segments))
        text = "".join(f"{segment.text}\n" for segment in sound.segments)
        base.with_suffix(".txt").write_text(text)
        entry |= {"stm": f"{recipe.id}.stm", "transcript": f"{recipe.id}.txt", "language": "en"}
    return entry
