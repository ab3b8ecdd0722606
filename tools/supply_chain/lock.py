"""Write requirements.lock and requirements-cpu.lock: every package with the sha256 of its file.

python -m tools.supply_chain.lock           renew both with the versions of constraints.txt
python -m tools.supply_chain.lock --check   exit with 1 if that would change them

pip resolves; nothing is installed, and of most packages only the metadata is downloaded. For Linux
x86-64 and the Python that runs this, which has to be 3.11.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.supply_chain.pip_plan import EXTRAS, ROOT, Pinned, PlanFailed, plan
from vsat_core.config.packages import PROJECT
from vsat_core.engine.atomic_files import write_text

PUBLIC, CPU = ROOT / "requirements.lock", ROOT / "requirements-cpu.lock"
PYTHON = (3, 11)
HEAD = """\
# Every package of vsat-speech[{extras}] with the sha256 of its file,
# for Python 3.11 on Linux x86-64. Made by: python -m tools.supply_chain.lock
#
#   pip install --require-hashes -r {name} && pip install --no-deps -e .
#
"""
PUBLIC_TEXT = """\
# torch is the file of the public index, which computes on graphics cards too and needs the CUDA
# libraries below (about 2.5 GB). requirements-cpu.lock takes the build without them.
"""
CPU_TEXT = """\
# torch is the build for the processor alone (version ending in +cpu). It is not on the public
# index: give pip PyTorch's own index of CPU builds with --extra-index-url, or the downloaded file's
# folder with --find-links. requirements.lock takes the file of the public index.
"""


def torch_version() -> str:
    """The version in constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith("torch=="))


def resolved(torch: str) -> list[Pinned]:
    """The files of the project with this requirement of torch. Raises PlanFailed."""
    project = f".[{','.join(EXTRAS)}]"
    pinned = plan(["--constraint", "constraints.txt", torch, project])
    return [one for one in pinned if one.name != PROJECT]


def text(name: str, about: str, pinned: Sequence[Pinned]) -> str:
    """The content of a lock file. Raises PlanFailed for a file whose hash is not known."""
    for one in pinned:
        if not one.sha256:
            raise PlanFailed(f"{one.name} {one.version}: the index gives no sha256 of {one.file}")
    head = HEAD.format(extras=",".join(EXTRAS), name=name) + about
    lines = (f"{p.name}=={p.version} \\\n    --hash=sha256:{p.sha256}\n" for p in pinned)
    return head + "\n" + "".join(lines)


def files() -> dict[Path, str]:
    """Both files. `===` takes the version of the public index even where a local build is near."""
    torch = torch_version()
    return {
        PUBLIC: text(PUBLIC.name, PUBLIC_TEXT, resolved(f"torch==={torch}")),
        CPU: text(CPU.name, CPU_TEXT, resolved(f"torch==={torch}+cpu")),
    }


def main() -> int:
    """Write or compare; 2 where pip cannot resolve."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    args = parser.parse_args()
    if sys.version_info[:2] != PYTHON:
        print("lock: run this with Python 3.11, whose wheels are pinned", file=sys.stderr)
        return 2
    try:
        made = files()
    except PlanFailed as error:
        print(f"lock: {error}", file=sys.stderr)
        return 2
    stale = [path for path, content in made.items() if not _same(path, content)]
    for path in stale:
        if not args.check:
            write_text(path, made[path])
        print(f"{path.name}: {'would change' if args.check else 'written'}")
    return 1 if stale and args.check else 0


def _same(path: Path, content: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == content


if __name__ == "__main__":
    sys.exit(main())
