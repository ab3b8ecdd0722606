"""Profiles read and written by tests."""

from __future__ import annotations

from pathlib import Path

from tests._support.tiny_recording import Tiny
from vsat_core.config.profile import Profile, read, resolve
from vsat_core.config.registry import load


def finish(path: Path, *settings: str) -> Profile:
    """A profile with every default."""
    draft = read(str(path), settings)
    return resolve(draft, load(draft.plugins))


def profile(tiny: Tiny, text: str, name: str = "mine") -> Path:
    """A profile next to tiny's own."""
    path = tiny.folder / f"{name}.toml"
    path.write_text(text)
    return path
