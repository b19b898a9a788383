"""Where, when, what kind, by whom: claims about a report, each with its evidence."""

from policytext.origin.claims import Claim, Origin, ReportView
from policytext.origin.describing import claim_origin
from policytext.origin.gazetteer import Division, Gazetteer, Place, load_gazetteer

__all__ = [
    "Claim",
    "Division",
    "Gazetteer",
    "Origin",
    "Place",
    "ReportView",
    "claim_origin",
    "load_gazetteer",
]
