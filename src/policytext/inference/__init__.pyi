from .intervals import log_rate as log_rate
from .intervals import poisson_interval as poisson_interval
from .intervals import rate_ratio as rate_ratio
from .intervals import report_rate_interval as report_rate_interval
from .intervals import share_interval as share_interval
from .measures import chi2 as chi2
from .measures import fisher_exact as fisher_exact
from .measures import g2 as g2
from .measures import log_odds as log_odds
from .models import change_points as change_points
from .models import count_model as count_model
from .models import mann_kendall as mann_kendall
from .resampling import benjamini_hochberg as benjamini_hochberg
from .resampling import match_items as match_items
from .resampling import permutation_p as permutation_p
from .resampling import rarefy as rarefy
from .resampling import report_weights as report_weights
from .resampling import split_halves as split_halves

__all__ = [
    "benjamini_hochberg",
    "change_points",
    "chi2",
    "count_model",
    "fisher_exact",
    "g2",
    "log_odds",
    "log_rate",
    "mann_kendall",
    "match_items",
    "permutation_p",
    "poisson_interval",
    "rarefy",
    "rate_ratio",
    "report_rate_interval",
    "report_weights",
    "share_interval",
    "split_halves",
]
