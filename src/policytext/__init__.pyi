"""The public names; each is loaded when it is first used."""

from .analysis.attention import attention_index as attention_index
from .analysis.attention import index_agreement as index_agreement
from .analysis.attention import index_words as index_words
from .analysis.crosstab import crosstab as crosstab
from .analysis.dispersion import dispersion as dispersion
from .analysis.distances import distance_table as distance_table
from .analysis.distances import region_distances as region_distances
from .analysis.distances import text_positions as text_positions
from .analysis.keyness import KeynessSettings as KeynessSettings
from .analysis.keyness import keyness as keyness
from .analysis.passages import annex_repeats as annex_repeats
from .analysis.passages import boilerplate_rows as boilerplate_rows
from .analysis.passages import passage_shares as passage_shares
from .analysis.passages import shared_passages as shared_passages
from .analysis.placebo import design as design
from .analysis.placebo import placebo as placebo
from .analysis.placebo import rank_sets as rank_sets
from .analysis.region_profile import region_profile as region_profile
from .analysis.regression import adjusted_rates as adjusted_rates
from .analysis.regression import trend_tests as trend_tests
from .analysis.trends import trends as trends
from .analysis.validity import corrected_index as corrected_index
from .analysis.validity import read_validity_sheet as read_validity_sheet
from .analysis.validity import sample_hits as sample_hits
from .analysis.validity import validity as validity
from .analysis.validity import validity_sheet as validity_sheet
from .cleaning.clean import explain_cleaning as explain_cleaning
from .corpus import Corpus as Corpus
from .corpus import load_corpus as load_corpus
from .counts import Counts as Counts
from .export import labelled as labelled
from .intake import read_corpus as read_corpus
from .intake import read_texts as read_texts
from .interchange import to_dta as to_dta
from .interchange import to_quanteda as to_quanteda
from .interchange import to_stm as to_stm
from .narratives.alike import group_frames as group_frames
from .narratives.boasts import read_claims as read_claims
from .narratives.frames import read_frames as read_frames
from .narratives.problems import pair_problems as pair_problems
from .narratives.promises import follow_promises as follow_promises
from .narratives.promises import promise_table as promise_table
from .narratives.reuse import dyad_regression as dyad_regression
from .narratives.reuse import reuse_dyads as reuse_dyads
from .narratives.side_by_side import compare_narratives as compare_narratives
from .narratives.side_by_side import frame_graph as frame_graph
from .narratives.side_by_side import frame_profile as frame_profile
from .narratives.spread import adoption_hazard as adoption_hazard
from .narratives.spread import programme_spread as programme_spread
from .records import set_language as set_language
from .result import Result as Result
from .review import Review as Review
from .review import review as review
from .segmentation.pipeline import make_nlp as make_nlp
from .segmentation.segment import Words as Words
from .segmentation.segment import segment as segment
from .segmentation.weights import install_model as install_model
from .sharing import restore_text as restore_text
from .sharing import to_counts as to_counts
from .statements.checking import read_statement_sheet as read_statement_sheet
from .statements.checking import statement_sheet as statement_sheet
from .statements.comparing import compare_figures as compare_figures
from .statements.comparing import plan_against_report as plan_against_report
from .statements.comparing import statement_figures as statement_figures
from .statements.comparing import wording as wording
from .statements.reader import read_statements as read_statements
from .study.opening import study_corpus as study_corpus
from .study.reproduce import reproduce as reproduce
from .study.robustness import robustness as robustness
from .study.run import run_study as run_study
from .study.settings import load_study as load_study
from .study.starting import start_study as start_study
from .study.starting import study_schema as study_schema
from .terms.concepts import TermTable as TermTable
from .terms.concepts import load_terms as load_terms
from .terms.hits import find_terms as find_terms
from .terms.hits import term_hits as term_hits
from .terms.status import term_status as term_status
from .terms.termcount import count_terms as count_terms
from .terms.termcount import term_report as term_report
from .terms.termcount import term_totals as term_totals
from .themes.agreement import agreement as agreement
from .themes.agreement import cohen_kappa as cohen_kappa
from .themes.agreement import fleiss_kappa as fleiss_kappa
from .themes.agreement import gwet_ac1 as gwet_ac1
from .themes.agreement import krippendorff_alpha as krippendorff_alpha
from .themes.classifier import ThemeClassifier as ThemeClassifier
from .themes.classifier import load_theme_classifier as load_theme_classifier
from .themes.classifier import read_theme_classifier as read_theme_classifier
from .themes.classifier import save_theme_classifier as save_theme_classifier
from .themes.codebook import Codebook as Codebook
from .themes.codebook import load_codebook as load_codebook
from .themes.coding import correct_coding as correct_coding
from .themes.coding import read_label_file as read_label_file
from .themes.coding_sheet import adjudication_sheet as adjudication_sheet
from .themes.coding_sheet import coded_labels as coded_labels
from .themes.coding_sheet import coding_batches as coding_batches
from .themes.coding_sheet import coding_drift as coding_drift
from .themes.coding_sheet import coding_errors as coding_errors
from .themes.coding_sheet import coding_sheet as coding_sheet
from .themes.coding_sheet import next_to_label as next_to_label
from .themes.coding_sheet import read_coding_sheet as read_coding_sheet
from .themes.coding_sheet import read_codings as read_codings
from .themes.coding_sheet import sheet_paragraphs as sheet_paragraphs
from .themes.cue_proposals import add_cues as add_cues
from .themes.cue_proposals import cues_from_definitions as cues_from_definitions
from .themes.cue_proposals import new_phrases as new_phrases
from .themes.cue_proposals import propose_cues as propose_cues
from .themes.cues import code_by_cues as code_by_cues
from .themes.evaluation import abstention_table as abstention_table
from .themes.evaluation import cross_validate as cross_validate
from .themes.evaluation import expected_scores as expected_scores
from .themes.evaluation import learning_curve as learning_curve
from .themes.evaluation import reliability_table as reliability_table
from .themes.evaluation import score_table as score_table
from .themes.features import text_vectors as text_vectors
from .themes.pmc import pmc_index as pmc_index
from .themes.theme_profile import coding_plan as coding_plan
from .themes.theme_profile import error_counts as error_counts
from .themes.theme_profile import error_differences as error_differences
from .themes.theme_profile import load_theme_errors as load_theme_errors
from .themes.theme_profile import theme_profile as theme_profile
from .topics.choice import choose_topics as choose_topics
from .topics.contents import representative_paragraphs as representative_paragraphs
from .topics.contents import top_words as top_words
from .topics.contents import write_pyldavis as write_pyldavis
from .topics.contents import write_topic_card as write_topic_card
from .topics.contents import write_topic_tables as write_topic_tables
from .topics.effects import topic_effects as topic_effects
from .topics.estimators import LdaTopics as LdaTopics
from .topics.estimators import NmfTopics as NmfTopics
from .topics.estimators import TopicModel as TopicModel
from .topics.estimators import load_topics as load_topics
from .topics.estimators import save_topics as save_topics
from .topics.gibbs import DmrTopics as DmrTopics
from .topics.gibbs import GibbsTopics as GibbsTopics
from .topics.intrusion import intrusion_sheet as intrusion_sheet
from .topics.intrusion import score_intrusion as score_intrusion
from .topics.intrusion import topic_intrusion as topic_intrusion
from .topics.intrusion import word_intrusion as word_intrusion
from .topics.quality import topic_quality as topic_quality
from .topics.shares import topic_correlation as topic_correlation
from .topics.shares import topic_shares as topic_shares
from .topics.shares import topic_words_by_group as topic_words_by_group
from .topics.shares import topics_over_time as topics_over_time
from .topics.structural import CorrelatedTopics as CorrelatedTopics
from .topics.varying import VaryingTopics as VaryingTopics
from .words.collocations import collocations as collocations
from .words.collocations import find_phrases as find_phrases
from .words.collocations import merge_phrases as merge_phrases
from .words.concordance import concordance as concordance
from .words.cooccurrence import cooccurrence as cooccurrence
from .words.cooccurrence import cooccurrence_graph as cooccurrence_graph
from .words.cooccurrence import save_graphml as save_graphml
from .words.wordcount import count_words as count_words
from .words.wordcount import load_stop_words as load_stop_words

__version__: str

__all__ = [
    "Codebook",
    "Corpus",
    "CorrelatedTopics",
    "Counts",
    "DmrTopics",
    "GibbsTopics",
    "KeynessSettings",
    "LdaTopics",
    "NmfTopics",
    "Result",
    "Review",
    "TermTable",
    "ThemeClassifier",
    "TopicModel",
    "VaryingTopics",
    "Words",
    "abstention_table",
    "add_cues",
    "adjudication_sheet",
    "adjusted_rates",
    "agreement",
    "annex_repeats",
    "attention_index",
    "boilerplate_rows",
    "choose_topics",
    "code_by_cues",
    "coded_labels",
    "coding_batches",
    "coding_drift",
    "coding_errors",
    "coding_plan",
    "coding_sheet",
    "cohen_kappa",
    "collocations",
    "compare_figures",
    "compare_narratives",
    "concordance",
    "cooccurrence",
    "cooccurrence_graph",
    "correct_coding",
    "corrected_index",
    "count_terms",
    "count_words",
    "cross_validate",
    "crosstab",
    "cues_from_definitions",
    "design",
    "dispersion",
    "distance_table",
    "dyad_regression",
    "error_counts",
    "error_differences",
    "expected_scores",
    "explain_cleaning",
    "find_phrases",
    "find_terms",
    "fleiss_kappa",
    "follow_promises",
    "frame_graph",
    "frame_profile",
    "group_frames",
    "gwet_ac1",
    "index_agreement",
    "index_words",
    "install_model",
    "intrusion_sheet",
    "keyness",
    "krippendorff_alpha",
    "labelled",
    "learning_curve",
    "load_codebook",
    "load_corpus",
    "load_stop_words",
    "load_study",
    "load_terms",
    "load_theme_classifier",
    "load_theme_errors",
    "load_topics",
    "make_nlp",
    "merge_phrases",
    "new_phrases",
    "next_to_label",
    "passage_shares",
    "placebo",
    "plan_against_report",
    "pmc_index",
    "promise_table",
    "propose_cues",
    "rank_sets",
    "read_coding_sheet",
    "read_codings",
    "read_corpus",
    "read_frames",
    "read_label_file",
    "read_statement_sheet",
    "read_statements",
    "read_texts",
    "read_theme_classifier",
    "read_validity_sheet",
    "region_distances",
    "region_profile",
    "reliability_table",
    "representative_paragraphs",
    "reproduce",
    "restore_text",
    "reuse_dyads",
    "review",
    "robustness",
    "run_study",
    "sample_hits",
    "save_graphml",
    "save_theme_classifier",
    "save_topics",
    "score_intrusion",
    "score_table",
    "segment",
    "set_language",
    "shared_passages",
    "sheet_paragraphs",
    "start_study",
    "statement_figures",
    "statement_sheet",
    "study_corpus",
    "study_schema",
    "term_hits",
    "term_report",
    "term_status",
    "term_totals",
    "text_positions",
    "text_vectors",
    "theme_profile",
    "to_counts",
    "to_dta",
    "to_quanteda",
    "to_stm",
    "top_words",
    "topic_correlation",
    "topic_effects",
    "topic_intrusion",
    "topic_quality",
    "topic_shares",
    "topic_words_by_group",
    "topics_over_time",
    "trend_tests",
    "trends",
    "validity",
    "validity_sheet",
    "word_intrusion",
    "wording",
    "write_pyldavis",
    "write_topic_card",
    "write_topic_tables",
]
