"""Hostile files stop nothing: each ends in documents or in skipped, and no text is lost unsaid."""

import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

import pytest

from hostile import fuzz, kills
from hostile.make import cases, write_hostile
from hostile.settings_files import malformed, outcome, warm, wrong

TESTS = Path(__file__).parent
WHOLE = """
import sys, warnings
from pathlib import Path
from hostile import fuzz, kills
from hostile.make import write_hostile
from hostile.run import bound, read_whole
warnings.simplefilter("ignore")
folder = Path(sys.argv[1])
files = write_hostile(folder, most=130)
bound()
for row in read_whole(folder, files):
    line = f"{row['name']}: {'; '.join(row['problems'])}\\n"
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace"))
"""


EVERY = {"study": 3, "corrections": 2, "metadata": 2, "rules": 2}
"""Of these kinds a part is tried here; ``python -m hostile.settings_files`` tries all."""


@pytest.fixture
def folder():
    """A folder that rm removes: the deep one in it is too deep for Python's own way."""
    made = Path(tempfile.mkdtemp(prefix="hostile"))
    yield made / "files"
    subprocess.run(["chmod", "-R", "u+rwx", str(made)], check=False, stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", str(made)], check=True)


def test_the_files_are_the_same_for_one_seed():
    first = list(cases(0))
    assert first[:150] == list(islice(cases(0), 150))
    assert first != list(cases(1))
    assert len(first) > 600


def test_every_file_has_a_key_of_its_own(folder):
    files = write_hostile(folder, most=200)
    assert len({file.key for file in files}) == len(files)


@pytest.mark.slow
def test_hostile_files_in_one_folder(folder):
    """In a process of its own, so that an abort or the bound of memory fails this test only."""
    done = subprocess.run(
        [sys.executable, "-c", WHOLE, str(folder)],
        capture_output=True,
        cwd=TESTS,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-3000:]
    assert done.stdout.decode("utf-8").splitlines() == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["study", "codebook", "metadata", "corrections", "rules", "terms"])
def test_malformed_files_of_a_researcher_get_a_sentence(kind):
    warm()
    files = [one for one in malformed() if one.kind == kind][:: EVERY.get(kind, 1)]
    came = {one.name: outcome(one) for one in files}
    assert {one.name: came[one.name] for one in files if wrong(one, came[one.name])} == {}


@pytest.mark.slow
def test_damaged_files_are_read_or_refused_in_words():
    """The first of the ten thousand that ``python -m hostile.fuzz`` reads."""
    assert [(one.number, one.kind, found) for one, found in fuzz.run(300)] == []


def test_damaged_files_are_the_same_for_one_seed():
    first, again, other = (list(fuzz.fuzzed(40, seed)) for seed in (0, 0, 1))
    assert first == again != other


@pytest.mark.slow
def test_killed_processes_leave_what_is_whole():
    assert kills.kill(2) == []
