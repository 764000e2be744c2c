"""Pictures of the evidence, for papers and pages: one module for each, one dict."""

from offlabel.plots.base import FORMS, Plot, Scope, form_from_path, render
from offlabel.plots.ladder import Ladder
from offlabel.plots.map import EvidenceMap
from offlabel.plots.mechanism import MechanismPlot
from offlabel.plots.responses import Responses
from offlabel.plots.timeline import Timeline

PLOTS: dict[str, Plot] = {
    plot.name: plot for plot in (EvidenceMap(), Responses(), Timeline(), MechanismPlot(), Ladder())
}

__all__ = ["FORMS", "PLOTS", "Plot", "Scope", "form_from_path", "render"]
