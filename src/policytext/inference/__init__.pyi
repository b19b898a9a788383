from .by_unit import dealt_sides as dealt_sides
from .by_unit import unit_rate_interval as unit_rate_interval
from .by_unit import unit_ratio as unit_ratio
from .by_unit import unit_share_interval as unit_share_interval
from .dyads import fit_dyads as fit_dyads
from .intervals import log_rate as log_rate
from .intervals import poisson_interval as poisson_interval
from .intervals import rate_ratio as rate_ratio
from .intervals import report_rate_interval as report_rate_interval
from .intervals import share_interval as share_interval
from .measures import association as association
from .measures import carroll_d2 as carroll_d2
from .measures import chi2 as chi2
from .measures import conservative_log_ratio as conservative_log_ratio
from .measures import contributions as contributions
from .measures import corpus_prior as corpus_prior
from .measures import divergence as divergence
from .measures import dp as dp
from .measures import dp_norm as dp_norm
from .measures import fisher_exact as fisher_exact
from .measures import g2 as g2
from .measures import juilland_d as juilland_d
from .measures import log_odds as log_odds
from .measures import rosengren_s as rosengren_s
from .models import count_model as count_model
from .models import joint_p as joint_p
from .models import mann_kendall as mann_kendall
from .over_years import bursts as bursts
from .over_years import interrupted_panel as interrupted_panel
from .over_years import interrupted_series as interrupted_series
from .over_years import make_panel as make_panel
from .over_years import panel_slope as panel_slope
from .over_years import series_break as series_break
from .over_years import series_slope as series_slope
from .prevalence import category_shares as category_shares
from .prevalence import corrected_prevalence as corrected_prevalence
from .prevalence import corrected_regression as corrected_regression
from .prevalence import labels_needed as labels_needed
from .prevalence import machine_weight as machine_weight
from .prevalence import mcnemar as mcnemar
from .prevalence import rates_alike as rates_alike
from .prevalence import report_correlation as report_correlation
from .resampling import benjamini_hochberg as benjamini_hochberg
from .resampling import match_items as match_items
from .resampling import permutation_p as permutation_p
from .resampling import permuted_groups as permuted_groups
from .resampling import rank_bounds as rank_bounds
from .resampling import rarefy as rarefy
from .resampling import report_weights as report_weights
from .resampling import smallest_p as smallest_p
from .resampling import split_halves as split_halves
from .resampling import stability_of_sign as stability_of_sign
from .scaling import naive_bayes as naive_bayes
from .scaling import wordfish as wordfish
from .scaling import wordscores as wordscores

__all__ = [
    "association",
    "benjamini_hochberg",
    "bursts",
    "carroll_d2",
    "category_shares",
    "chi2",
    "conservative_log_ratio",
    "contributions",
    "corpus_prior",
    "corrected_prevalence",
    "corrected_regression",
    "count_model",
    "dealt_sides",
    "divergence",
    "dp",
    "dp_norm",
    "fisher_exact",
    "fit_dyads",
    "g2",
    "interrupted_panel",
    "interrupted_series",
    "joint_p",
    "juilland_d",
    "labels_needed",
    "log_odds",
    "log_rate",
    "machine_weight",
    "make_panel",
    "mann_kendall",
    "match_items",
    "mcnemar",
    "naive_bayes",
    "panel_slope",
    "permutation_p",
    "permuted_groups",
    "poisson_interval",
    "rank_bounds",
    "rarefy",
    "rate_ratio",
    "rates_alike",
    "report_correlation",
    "report_rate_interval",
    "report_weights",
    "rosengren_s",
    "series_break",
    "series_slope",
    "share_interval",
    "smallest_p",
    "split_halves",
    "stability_of_sign",
    "unit_rate_interval",
    "unit_ratio",
    "unit_share_interval",
    "wordfish",
    "wordscores",
]
