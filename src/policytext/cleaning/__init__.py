"""How is damaged text repaired, and where is each change written down?"""

from policytext.cleaning.clean import (
    CleaningStep,
    CleanSource,
    clean_source,
    cleaning_steps,
    explain_cleaning,
    find_marks,
    repair_report,
)
from policytext.cleaning.context import Damage, Finding, Mark, load_rules
from policytext.cleaning.damage import detect_damage
from policytext.cleaning.mapped import MappedText
from policytext.cleaning.masks import mask_private_names

__all__ = [
    "CleanSource",
    "CleaningStep",
    "Damage",
    "Finding",
    "MappedText",
    "Mark",
    "clean_source",
    "cleaning_steps",
    "detect_damage",
    "explain_cleaning",
    "find_marks",
    "load_rules",
    "mask_private_names",
    "repair_report",
]
