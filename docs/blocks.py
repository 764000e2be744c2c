"""The fenced blocks of a Markdown page, and what their commands print.

A block says on its first line what it is: `console` holds commands and what they print, `from=PATH`
an excerpt of a file, `file=PATH` a file that the reader is asked to write, and `add=PATH` lines to
add at the end of one.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block: where it starts, what its first line says, and what it holds."""

    line: int
    info: str
    text: str

    @property
    def language(self) -> str:
        """Return the word after the fence."""
        return self.info.split()[0]

    def find_path(self, key: str) -> str | None:
        """Return the path that the block's first line gives for `from`, `file` or `add`."""
        match = re.search(rf"\b{key}=(\S+)", self.info)
        return match[1] if match else None


def pages() -> list[Path]:
    """Return the pages that people write, README first."""
    written = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    return sorted(path for path in written if path.parent.name != "reference")


def read_blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    for match in FENCE.finditer(page):
        yield Block(page[: match.start()].count("\n") + 1, match["info"], match["text"])


def commands(block: Block) -> list[str]:
    """Return the commands of a console block, without their output."""
    return [line[2:] for line in block.text.splitlines() if line.startswith("$ ")]


@contextmanager
def project_with(files: dict[str, str]) -> Iterator[Path]:
    """Yield a copy of the project to which files were added, or the project itself for none."""
    if not files:
        yield ROOT
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "offlabel"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "dist"))
        for path, text in files.items():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_text(text, encoding="utf-8")
        yield copy


def output(command: str, cache: Path, root: Path = ROOT) -> str:
    """Run a command in the project's folder, as in a pipe, and return all that it prints."""
    environment = os.environ | {
        "COLUMNS": "100",
        "OFFLABEL_CACHE": str(cache),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(root / "src"),
    }
    done = subprocess.run(
        command,
        shell=True,
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    if "Traceback (most recent call last)" in done.stdout:
        raise RuntimeError(f"{command} broke down:\n{done.stdout}")
    lines = (line.rstrip() for line in done.stdout.splitlines())
    return "".join(f"{line}\n" for line in lines)


def files(page: str) -> dict[str, str]:
    """Return the files that a page asks its reader to write, or to add to, as they then are."""
    written: dict[str, str] = {}
    for block in read_blocks(page):
        if path := block.find_path("file"):
            written[path] = block.text
        elif path := block.find_path("add"):
            written[path] = (ROOT / path).read_text(encoding="utf-8") + block.text
    return written


def with_real_output(page: str, cache: Path) -> str:
    """Return a page with what its console blocks print today, once its files are written."""
    with project_with(files(page)) as root:

        def renewed(match: re.Match[str]) -> str:
            block = Block(0, match["info"], match["text"])
            if block.language != "console":
                return match[0]
            parts = [f"$ {command}\n{output(command, cache, root)}" for command in commands(block)]
            return f"```{match['info']}\n{''.join(parts)}```"

        return FENCE.sub(renewed, page)
