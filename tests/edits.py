"""Random edits of a project, as a curator makes them: the same seed gives the same ones."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

_ENDINGS = (".ttl", ".rq", ".sssom.tsv")
_NAME = re.compile(r"\b[a-z]+:[A-Za-z][\w-]+\b")
_NUMBER = re.compile(r"\b\d+\b")


class Editor:
    """Edit the files of a project, one edit at a time; what was there can come back."""

    def __init__(self, folder: Path, seed: int, parts: tuple[str, ...] = ("",)) -> None:
        """Take the folder of the project, and the parts of it that are edited."""
        self._folder, self._random, self._parts = folder, Random(seed), parts
        self._saved = Path(f"{folder}-saved")
        shutil.copytree(folder, self._saved)

    def edit(self) -> str:
        """Make an edit; say what it was."""
        kinds: list[Callable[[Path], str]] = [
            *(self._number, self._name, self._line, self._twice) * 2,
            *(self._slip, self._copy, self._rename, self._remove, self._restore),
        ]
        path = self._random.choice(self._files())
        what = self._random.choice(kinds)(path)
        return f"{path.relative_to(self._folder)}: {what}"

    def restore(self) -> None:
        """Bring everything back."""
        for path in self._files():
            path.unlink()
        shutil.copytree(self._saved, self._folder, dirs_exist_ok=True)

    def _files(self) -> list[Path]:
        found = {
            path
            for part in self._parts
            for path in (self._folder / part).rglob("*")
            if path.is_file()
        }
        return sorted(path for path in found if path.name.endswith(_ENDINGS))

    def _change(self, path: Path, pattern: re.Pattern[str], make: Callable[[str], str]) -> str:
        text = path.read_text(encoding="utf-8")
        found = [one for one in pattern.finditer(text) if text[one.start() - 1] != "<"]
        if not found:
            return "nothing"
        one = self._random.choice(found)
        new = make(one.group())
        path.write_text(f"{text[: one.start()]}{new}{text[one.end() :]}", encoding="utf-8")
        return f"{one.group()} becomes {new}"

    def _number(self, path: Path) -> str:
        return self._change(
            path, _NUMBER, lambda old: str(int(old) + self._random.choice((-1, 1, 900)))
        )

    def _name(self, path: Path) -> str:
        names = _NAME.findall(path.read_text(encoding="utf-8")) or ["x:y"]
        return self._change(path, _NAME, lambda _: self._random.choice(names))

    def _slip(self, path: Path) -> str:
        return self._change(path, _NAME, lambda old: f"{old[:-1]}{self._random.choice('axz')}")

    def _line(self, path: Path) -> str:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        gone = lines.pop(self._random.randrange(len(lines))) if lines else ""
        path.write_text("".join(lines), encoding="utf-8")
        return f"without {gone!r}"

    def _twice(self, path: Path) -> str:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        where = self._random.randrange(len(lines)) if lines else 0
        lines[where:where] = lines[where : where + 1]
        path.write_text("".join(lines), encoding="utf-8")
        return f"line {where + 1} twice"

    def _copy(self, path: Path) -> str:
        name = f"{self._random.choice('az')}-{path.name}"
        shutil.copy(path, path.with_name(name))
        return f"copied as {name}"

    def _rename(self, path: Path) -> str:
        name = f"{self._random.choice('az')}{path.name}"
        path.rename(path.with_name(name))
        return f"now {name}"

    def _remove(self, path: Path) -> str:
        path.unlink()
        return "removed"

    def _restore(self, _: Path) -> str:
        self.restore()
        return "everything as it was"
