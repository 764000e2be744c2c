"""A page measured in points from its upper left corner, on which each thing has its exact place.

Pictures are laid out before they are drawn, so that nothing overlaps or is cut off, whether there
is one row or many.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

INK = "#1f2933"
MUTED = "#52606d"
RULE = "#c5ced8"
PAPER = "#ffffff"

# Half of a capital's height, in parts of the size of its font.
_MIDDLE = 0.36
_LEADING = 1.3
# The corners of a mark about its middle, in halves of its size.
_CORNERS: dict[str, list[tuple[float, float]]] = {
    "square": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
    "diamond": [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
    "up": [(0, -1.15), (1.15, 0.95), (-1.15, 0.95)],
    "down": [(0, 1.15), (1.15, -0.95), (-1.15, -0.95)],
}


class Canvas:
    """A page of a fixed width that grows downward; `titles` are the texts of named marks."""

    def __init__(self, width: float) -> None:
        from matplotlib.figure import Figure

        self.width = width
        self.titles: dict[str, str] = {}
        self.texts: list[str] = []
        self._figure = Figure()
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._order = 0

    def figure(self, height: float) -> Figure:
        """Return what was drawn as a figure of a height."""
        self._figure.set_size_inches(self.width / 72, height / 72)
        self._axes.set_xlim(0, self.width)
        self._axes.set_ylim(height, 0)
        return self._figure

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 8,
        bold: bool = False,
        colour: str = INK,
        align: str = "left",
        italic: bool = False,
    ) -> None:
        """Write one line whose capitals are centred on a height."""
        self.texts.append(text)
        self._add(
            self._axes.text(
                x,
                y + _MIDDLE * size,
                text,
                size=size,
                weight="bold" if bold else "normal",
                style="italic" if italic else "normal",
                color=colour,
                ha=align,
                va="baseline",
                parse_math=False,
            )
        )

    def paragraph(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        size: float = 8,
        bold: bool = False,
        colour: str = INK,
        align: str = "left",
        italic: bool = False,
    ) -> float:
        """Write lines below one another, the first below a height; return where they end."""
        step = size * _LEADING
        for place, line in enumerate(lines):
            self.text(
                x,
                y + step * (place + 0.5),
                line,
                size=size,
                bold=bold,
                colour=colour,
                align=align,
                italic=italic,
            )
        return y + step * len(lines)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = PAPER,
        edge: str | None = None,
        line: float = 0.6,
        dash: tuple[float, float] | None = None,
        hatch: str = "",
        hatch_colour: str = RULE,
        radius: float = 0,
        name: str = "",
        title: str = "",
    ) -> None:
        """Draw a box; a hatch is drawn in a colour of its own, below the edge."""
        from matplotlib.patches import FancyBboxPatch, Patch, Rectangle

        def shape(**style: object) -> Patch:
            if not radius:
                return Rectangle((x, y), width, height, **style)  # type: ignore[arg-type]
            style["boxstyle"] = f"round,pad=0,rounding_size={radius}"
            return FancyBboxPatch((x, y), width, height, **style)  # type: ignore[arg-type]

        if hatch:
            self._add(
                self._axes.add_patch(shape(fc=fill, ec=hatch_colour, lw=0, hatch=hatch)),
                name,
                title,
            )
            if edge:
                self._add(self._axes.add_patch(shape(fc="none", ec=edge, lw=line)))
            return
        style: dict[str, object] = {"fc": fill, "ec": edge or "none", "lw": line if edge else 0}
        if dash:
            style["ls"] = (0, dash)
        self._add(self._axes.add_patch(shape(**style)), name, title)

    def line(
        self,
        points: Sequence[tuple[float, float]],
        *,
        colour: str = INK,
        width: float = 0.8,
        dash: tuple[float, float] | None = None,
        name: str = "",
        title: str = "",
    ) -> None:
        """Draw a line through points."""
        from matplotlib.lines import Line2D

        line = Line2D(
            [x for x, _ in points],
            [y for _, y in points],
            color=colour,
            lw=width,
            linestyle=(0, dash) if dash else "-",
            solid_capstyle="butt",
        )
        self._add(self._axes.add_line(line), name, title)

    def shape(
        self,
        x: float,
        y: float,
        kind: str,
        size: float,
        *,
        fill: str = INK,
        edge: str = INK,
        line: float = 0.8,
        name: str = "",
        title: str = "",
    ) -> None:
        """Draw a mark about a point: "circle", "square", "diamond", "up" or "down"."""
        from matplotlib.lines import Line2D
        from matplotlib.patches import Polygon

        if kind == "circle":  # a marker, since an SVG holds the outline of equal ones once
            dot = Line2D([x], [y], marker="o", ms=size, mfc=fill, mec=edge, mew=line, ls="none")
            self._add(self._axes.add_line(dot), name, title)
            return
        points = [(x + size / 2 * dx, y + size / 2 * dy) for dx, dy in _CORNERS[kind]]
        mark = Polygon(points, closed=True, fc=fill, ec=edge, lw=line, joinstyle="miter")
        self._add(self._axes.add_patch(mark), name, title)

    def arrow(
        self, points: Sequence[tuple[float, float]], *, colour: str = INK, name: str = ""
    ) -> None:
        """Draw a line through points that ends in the head of an arrow, pointing right."""
        end = points[-1]
        self.line([*points[:-1], (end[0] - 4, end[1])], colour=colour, width=1.1, name=name)
        from matplotlib.patches import Polygon

        head = [end, (end[0] - 6, end[1] - 3), (end[0] - 6, end[1] + 3)]
        self._add(self._axes.add_patch(Polygon(head, closed=True, fc=colour, ec="none")))

    def _add(self, artist: Artist, name: str = "", title: str = "") -> None:
        """Put a thing above those before it, and name it."""
        self._order += 1
        artist.set_zorder(self._order)
        artist.set_clip_on(False)
        if name:
            artist.set_gid(name)
            if title:
                self.titles[name] = title
