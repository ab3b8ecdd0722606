"""Whether two builds of the wheels, in different folders, are equal byte for byte.

python -m tools.supply_chain.reproducible             vsat-speech
python -m tools.supply_chain.reproducible --native    vsat-native too, which compiles C++

python -m tools.supply_chain.reproducible --out dist  keeps the wheels, as for a release

Built are copies of the tracked files with mode 644 (a wheel keeps the modes of its files, which
depend on the umask of a checkout), and SOURCE_DATE_EPOCH is the time of the last commit, so that
the wheel of a commit is always the same. The second build has another folder, other times of files,
another time zone and another order of hashing. Exits with 1 if wheels differ, and names the files
in them that do.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = ("--no-build-isolation", "--no-index")
NATIVE = "native"  # folder of the package in C++
CIRCUMSTANCES: tuple[Mapping[str, str], ...] = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC"},
    {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
)
MODE, UMASK = 0o644, 0o022
SHOWN = 20  # differences


def build(tree: Path, out: Path, case: int, epoch: str) -> Path:
    """The wheel of a source tree, built in other circumstances for each case."""
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "--wheel-dir"]
    isolated = (tree / "CMakeLists.txt").is_file()  # else nothing but setuptools is needed
    command += [str(out), str(tree), *(() if isolated else OFFLINE)]
    environment = {**os.environ, **CIRCUMSTANCES[case], "SOURCE_DATE_EPOCH": epoch}
    subprocess.run(command, check=True, env=environment, umask=UMASK, cwd=out.parent)
    (wheel,) = out.glob("*.whl")
    return wheel


def copy_sources(root: Path, folder: Path, to: Path, mtime: float) -> None:
    """The tracked files below a folder of the checkout, all of one time and mode."""
    listed = subprocess.run(
        ["git", "-C", root / folder, "ls-files", "-z"], check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        source, target = root / folder / name, to / name
        if not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        os.utime(target, (mtime, mtime))
        target.chmod(MODE)


def differences(first: Path, second: Path) -> Iterator[str]:
    """What differs between two wheels, in lines; nothing if they are equal."""
    if first.name != second.name:
        yield f"names: {first.name}, {second.name}"
    if first.read_bytes() == second.read_bytes():
        return
    with zipfile.ZipFile(first) as a, zipfile.ZipFile(second) as b:
        names = [(i.filename, i.date_time, i.external_attr) for i in a.infolist()]
        others = [(i.filename, i.date_time, i.external_attr) for i in b.infolist()]
        yield from (f"entry: {x} {y}" for x, y in zip(names, others, strict=False) if x != y)
        shared = sorted({x[0] for x in names} & {y[0] for y in others})
        yield from (f"content: {name}" for name in shared if a.read(name) != b.read(name))
    yield "the archives differ"


def check(folder: Path, epoch: str, keep: Path | None) -> bool:
    """Build twice, compare, say; equal wheels are kept in a folder."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        wheels = []
        for case, place in enumerate((Path(first), Path(second, "a deeper", "folder"))):
            tree, out = place / f"tree{case}", place / "out"
            copy_sources(ROOT, folder, tree, 1e9 + 1e6 * case)
            out.mkdir()
            wheels.append(build(tree, out, case, epoch))
        found = list(differences(*wheels))
        digest = hashlib.sha256(wheels[0].read_bytes()).hexdigest()
        print(f"{wheels[0].name}: {'differs' if found else f'equal, sha256 {digest}'}")
        print(*(f"  {line}\n" for line in found[:SHOWN]), sep="", end="")
        if keep and not found:
            keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(wheels[0], keep)
    return not found


def main() -> int:
    """Check the wheels; 1 if one is not reproducible."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--native", action="store_true", help="vsat-native too")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="keep the wheels there")
    args = parser.parse_args()
    shown = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    epoch = subprocess.run(shown, check=True, capture_output=True, text=True).stdout.strip()
    folders = [Path("."), *([Path(NATIVE)] if args.native else [])]
    return 0 if all([check(folder, epoch, args.out) for folder in folders]) else 1


if __name__ == "__main__":
    sys.exit(main())
