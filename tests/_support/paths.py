"""Where things lie in the checkout."""

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
TEST_DATA = ROOT / "test_data"
LOOSE = TESTS / "_support" / "loose"  # plugin files that tests name by path
