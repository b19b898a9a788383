"""How is damaged text repaired, and where is each change written down?"""

from policytext.cleaning.cases import check_cases, read_cases
from policytext.cleaning.clean import (
    CleanSource,
    Step,
    clean_source,
    cleaning_steps,
    explain_cleaning,
    find_marks,
    repair_report,
    report_context,
)
from policytext.cleaning.context import Context, Damage, ExtraRule, Finding, Mark, load_rules
from policytext.cleaning.damage import detect_damage
from policytext.cleaning.mapped import Edit, MappedText
from policytext.cleaning.wording import mask_private_names

__all__ = [
    "CleanSource",
    "Context",
    "Damage",
    "Edit",
    "ExtraRule",
    "Finding",
    "MappedText",
    "Mark",
    "Step",
    "check_cases",
    "clean_source",
    "cleaning_steps",
    "detect_damage",
    "explain_cleaning",
    "find_marks",
    "load_rules",
    "mask_private_names",
    "read_cases",
    "repair_report",
    "report_context",
]
