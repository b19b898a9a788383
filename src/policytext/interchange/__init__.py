"""How do counts and tables leave for R and Stata?"""

from policytext.interchange.r import paragraph_facts, to_quanteda, to_stm
from policytext.interchange.stata import stata_label, stata_names, to_dta

__all__ = ["paragraph_facts", "stata_label", "stata_names", "to_dta", "to_quanteda", "to_stm"]
