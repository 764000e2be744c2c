"""What has been pushed where, a line for each graph that a server took: a push goes on from it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from offlabel.errors import OfflabelError
from offlabel.paths import cache_dir


class Journal:
    """The checksums of the graphs that a server took, kept as they are taken."""

    def __init__(self, address: str, home: Path | None = None) -> None:
        name = hashlib.sha256(address.encode()).hexdigest()[:32]
        self.path = (home or cache_dir() / "pushed") / f"{name}.jsonl"
        self.taken: dict[str, str] = {}
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            lines = []
        for line in lines:
            try:
                graph, checksum = json.loads(line)
            except ValueError:  # the line in which a killed process stopped
                continue
            if checksum:
                self.taken[graph] = checksum
            else:
                self.taken.pop(graph, None)

    def forget(self) -> None:
        """Hold every graph for one that the server may have in another form."""
        self.taken = dict.fromkeys(self.taken, "unknown")

    def note(self, graph: str, checksum: str) -> None:
        """Write down that a graph is there with this checksum, or gone where it is empty."""
        if checksum:
            self.taken[graph] = checksum
        else:
            self.taken.pop(graph, None)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                # It starts a line of its own, whatever a killed process left behind.
                file.write(f"\n{json.dumps([graph, checksum])}\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OfflabelError(
                f"{self.path}: cannot be written ({error.strerror}). "
                "Name another folder in OFFLABEL_CACHE."
            ) from None
