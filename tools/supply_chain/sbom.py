"""A software bill of materials (CycloneDX 1.6, JSON) of what is installed here.

python -m tools.supply_chain.sbom sbom.json

Components are VSAT, all packages it uses, and the models inside them with the sha256 of their
files. SOURCE_DATE_EPOCH sets the time, so that the file of one environment is always the same.
"""

import argparse
import datetime
import json
import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from vsat_core.config.packages import PROJECT, InstalledPackage, normal_name, used_packages
from vsat_core.config.registry import load
from vsat_core.contract.models import Model, all_models
from vsat_core.engine.atomic_files import write_json

SPACE = uuid.UUID("1a6d4d5e-2f0a-4b55-9f6c-7d0d8f1f6b21")  # of serial numbers


def document() -> dict[str, Any]:
    """The bill as plain values."""
    packages = used_packages()
    models = sorted(set(_models()), key=lambda m: (m.distribution, m.file))
    time = datetime.datetime.fromtimestamp(
        int(os.environ.get("SOURCE_DATE_EPOCH", 0)), datetime.UTC
    )
    own, others = packages[0], packages[1:]
    body = {
        "metadata": {"timestamp": time.isoformat(), "component": component(own)},
        "components": [*map(component, others), *map(model_component, models)],
        "dependencies": [
            {"ref": purl(p), "dependsOn": _needed(p, packages, models)} for p in packages
        ],
    }
    serial = uuid.uuid5(SPACE, json.dumps(body, sort_keys=True))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
    return {**head, "serialNumber": f"urn:uuid:{serial}", **body}


def component(package: InstalledPackage) -> dict[str, Any]:
    """A package; VSAT itself is the application."""
    return {
        "type": "application" if package.name == PROJECT else "library",
        "bom-ref": purl(package),
        "name": package.name,
        "version": package.version,
        "description": package.summary,
        "licenses": licences(package.licence),
        "purl": purl(package),
    }


def model_component(model: Model) -> dict[str, Any]:
    """A file of weights."""
    return {
        "type": "machine-learning-model",
        "bom-ref": _ref(model),
        "name": f"{model.name} ({Path(model.file).name})",
        "description": f"language: {model.language}; in the package {model.distribution}",
        "hashes": [{"alg": "SHA-256", "content": model.sha256}],
        "licenses": licences(model.licence),
    }


def licences(text: str) -> list[dict[str, Any]]:
    """An SPDX id or expression where it is one, else a name."""
    try:
        known = canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return [{"license": {"name": text}}]
    return [{"expression": known} if " " in known else {"license": {"id": known}}]


def purl(package: InstalledPackage) -> str:
    """The package's URL in the form of CycloneDX."""
    return f"pkg:pypi/{normal_name(package.name)}@{package.version}"


def _needed(
    package: InstalledPackage, packages: list[InstalledPackage], models: list[Model]
) -> list[str]:
    refs = {normal_name(p.name): purl(p) for p in packages}
    inside = [_ref(m) for m in models if normal_name(m.distribution) == normal_name(package.name)]
    needed = [refs[name] for name in package.needs if name in refs and name != PROJECT]
    return [*dict.fromkeys(needed), *inside]  # several extras may need the same package


def _models() -> Iterator[Model]:
    """Files of weights that are found here."""
    for variants in load().variants.values():
        for variant in variants.values():
            yield from (m for m in all_models(variant.card.needs) if m.found())


def _ref(model: Model) -> str:
    return f"model:{model.sha256}:{model.file}"


def main() -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, metavar="FILE")
    args = parser.parse_args()
    made = document()
    write_json(args.out, made)
    print(f"{args.out}: {len(made['components'])} components")
    return 0


if __name__ == "__main__":
    sys.exit(main())
