"""What every export can do, and how it is written to a file or a folder."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Protocol, Self, TypeVar

from offlabel.errors import OfflabelError, UnknownNameError
from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection
from offlabel.names import close_matches
from offlabel.writing import write_content, write_folder_whole, write_whole

LOSS_SUFFIX = ".loss.json"


class Export(Protocol):
    """One form in which the graph can leave."""

    @property
    def name(self) -> str:
        """Return the name by which users call it."""
        ...

    @property
    def title(self) -> str:
        """Say in a few words what it is, for the help."""
        ...


class FileExport(Export, Protocol):
    """A form that is one file."""

    @property
    def suffix(self) -> str:
        """Return the usual ending of its files."""
        ...

    @property
    def media_type(self) -> str:
        """Return its media type."""
        ...

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write the selection; the same graph gives the same bytes."""
        ...


class FolderExport(Export, Protocol):
    """A form that is a folder of files."""

    def fill(self, selection: Selection, folder: Path) -> Loss:
        """Write the files into an empty folder; the same graph gives the same bytes."""
        ...


class Adjustable(Protocol):
    """A form with options of its own."""

    @property
    def options(self) -> Mapping[str, str]:
        """Return what each option is for, by its name."""
        ...

    def adjusted(self, values: Mapping[str, str]) -> Self:
        """Return the form with these options; raise `OfflabelError` where a value is no good."""
        ...


AnyExport = TypeVar("AnyExport", bound=Export)


def adjusted(export: AnyExport, values: Mapping[str, str]) -> AnyExport:
    """Return a form with some of its own options set; an option that it has not is an error."""
    known = options(export)
    for name in values:
        if name not in known:
            takes = f"Its options are {', '.join(known)}." if known else "It has none."
            near = close_matches(name, list(known))[:1]
            raise UnknownNameError(name, f"option of {export.name}", near, takes)
    return export.adjusted(values) if values else export  # type: ignore[attr-defined]


def options(export: Export) -> Mapping[str, str]:
    """Return the options of a form and what they are for; most have none."""
    found: Mapping[str, str] = getattr(export, "options", {})
    return found


def write(export: FileExport, selection: Selection, path: Path) -> Loss:
    """Write an export beside its target and rename it, gzipped where the name ends in .gz."""
    losses = []

    def dump(file: IO[bytes]) -> None:
        if path.suffix != ".gz":
            losses.append(export.dump(selection, file))
            return
        # Neither name nor time goes into the head, so that bytes repeat.
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
            losses.append(export.dump(selection, packed))  # type: ignore[arg-type]

    write_whole(path, dump)
    return losses[0]


def write_folder(export: FolderExport, selection: Selection, path: Path) -> Loss:
    """Fill a new folder beside the target and swap it in; only a folder of ours is replaced.

    Raise `OfflabelError` where there is something else at the target: a file, or a folder that
    no export wrote.
    """
    if path.exists() and not (path / _MARK).is_file() and (path.is_file() or any(path.iterdir())):
        raise OfflabelError(
            f"{path}: there is something here that no export wrote. Name a new or empty folder."
        )
    losses = []
    write_folder_whole(path, lambda folder: losses.append(fill_folder(export, selection, folder)))
    return losses[0]


_MARK = "loss.json"


def fill_folder(export: FolderExport, selection: Selection, folder: Path) -> Loss:
    """Write the files of an export and its loss report into an empty folder."""
    loss = export.fill(selection, folder)
    (folder / _MARK).write_bytes(loss.json())
    return loss


def write_loss(loss: Loss, path: Path) -> None:
    """Write the loss report of a file beside it."""
    write_content(path.with_name(path.name + LOSS_SUFFIX), loss.json())
