"""An export whose process is killed leaves what was there, and the next one leaves nothing else."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from offlabel import writing
from offlabel.errors import OfflabelError
from offlabel.writing import write_content, write_folder_whole, write_whole

# Writes half of a target, says so, and waits to be killed.
HALF = """
import sys
from pathlib import Path
from offlabel import writing

def wait():
    print("half", flush=True)
    sys.stdin.read()

def dump(file):
    file.write(b"half")
    file.flush()
    wait()

def fill(folder):
    (folder / "half").write_text("half")
    wait()

target = Path(sys.argv[2])
if sys.argv[1] == "file":
    writing.write_whole(target, dump)
elif sys.argv[1] == "folder":
    writing.write_folder_whole(target, fill)
else:  # a system that cannot exchange two names, in the moment when the target has none
    writing._exchanged = lambda one, other: False
    real = Path.replace
    def replace(self, other):
        if other == target:
            wait()
        return real(self, other)
    Path.replace = replace
    writing.write_folder_whole(target, lambda folder: (folder / "half").write_text("half"))
"""


def started(kind: str, target: Path) -> subprocess.Popen[bytes]:
    """Start a process that is in the middle of writing."""
    process = subprocess.Popen(
        [sys.executable, "-c", HALF, kind, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert b"half\n" == process.stdout.readline()
    return process


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process as the system does, so that it cannot tidy up."""
    process.send_signal(signal.SIGKILL)
    process.communicate()


def write(kind: str, target: Path, text: str) -> None:
    """Write a file, or a folder of one."""
    if kind == "file":
        write_content(target, text.encode())
    else:
        write_folder_whole(target, lambda folder: write_content(folder / "a", text.encode()))


def read(kind: str, target: Path) -> dict[str, str]:
    """Return what is there."""
    paths = [target] if kind == "file" else list(target.iterdir())
    return {path.name: path.read_text() for path in paths}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_killed_in_the_middle(kind: str, tmp_path: Path) -> None:
    """The old one is whole after the kill; the next export replaces it and sweeps up."""
    target = tmp_path / "graph.ttl"
    write(kind, target, "old")
    before = read(kind, target)
    kill(started(kind, target))

    assert before == read(kind, target)
    assert 2 == len(list(tmp_path.iterdir()))
    write(kind, target, "new")

    assert {"new"} == set(read(kind, target).values())
    assert [target] == list(tmp_path.iterdir())


def test_killed_while_names_change(tmp_path: Path) -> None:
    """Where two names cannot be exchanged in one step, the next export puts the old one back."""
    target = tmp_path / "out"
    write("folder", target, "old")
    kill(started("renaming", target))
    assert not target.exists()

    def fail(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OfflabelError, match="No space left"):
        write_folder_whole(target, fail)

    assert {"a": "old"} == read("folder", target)
    assert [target] == list(tmp_path.iterdir())


def test_running_one_is_left_alone(tmp_path: Path) -> None:
    """What another process is still writing is not removed."""
    target = tmp_path / "graph.ttl"
    process = started("file", target)
    try:
        write_content(target, b"new")
        left = [path.read_text() for path in tmp_path.iterdir() if path != target]
    finally:
        kill(process)

    assert ["half"] == left


def test_folder_is_replaced_without_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system cannot exchange names, folders are replaced all the same."""
    monkeypatch.setattr(writing, "_exchanged", lambda one, other: False)
    target = tmp_path / "out"
    for text in ("old", "new"):
        write("folder", target, text)

    assert {"a": "new"} == read("folder", target)
    assert [target] == list(tmp_path.iterdir())


def test_files_may_be_read_as_the_user_wants(tmp_path: Path) -> None:
    """A file has the rights that any new file has."""
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    write_whole(tmp_path / "ours", lambda file: None)

    assert ordinary.stat().st_mode == (tmp_path / "ours").stat().st_mode
