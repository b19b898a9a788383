from .analysis import plot_dendrogram as plot_dendrogram
from .analysis import plot_tiles as plot_tiles
from .analysis import plot_trend_multiples as plot_trend_multiples
from .boundaries import plot_boundaries as plot_boundaries
from .figure import ACCENT as ACCENT
from .figure import CONTRAST as CONTRAST
from .figure import GRID as GRID
from .figure import INK as INK
from .figure import MUTED as MUTED
from .figure import new_axes as new_axes
from .figure import new_figure as new_figure
from .figure import save_figure as save_figure

__all__ = [
    "ACCENT",
    "CONTRAST",
    "GRID",
    "INK",
    "MUTED",
    "new_axes",
    "new_figure",
    "plot_boundaries",
    "plot_dendrogram",
    "plot_tiles",
    "plot_trend_multiples",
    "save_figure",
]
