"""Topic models that say how far to trust them."""

from policytext.topics.choice import choose_topics
from policytext.topics.correlation import topic_correlation
from policytext.topics.dmr import DmrTopics
from policytext.topics.effects import topic_effects
from policytext.topics.export import (
    pyldavis_input,
    topic_tables,
    write_pyldavis,
    write_topic_tables,
)
from policytext.topics.gibbs import GibbsTopics
from policytext.topics.group_words import topic_words_by_group
from policytext.topics.intrusion import topic_intrusion, word_intrusion
from policytext.topics.intrusion_sheets import score_intrusion, write_sheet
from policytext.topics.lda import LdaTopics
from policytext.topics.nmf import NmfTopics
from policytext.topics.quality import topic_quality
from policytext.topics.reading import representative_paragraphs, top_words
from policytext.topics.shares import topic_shares, topics_over_time
from policytext.topics.storage import load_topics, save_topics

__all__ = [
    "DmrTopics",
    "GibbsTopics",
    "LdaTopics",
    "NmfTopics",
    "choose_topics",
    "load_topics",
    "pyldavis_input",
    "representative_paragraphs",
    "save_topics",
    "score_intrusion",
    "top_words",
    "topic_correlation",
    "topic_effects",
    "topic_intrusion",
    "topic_quality",
    "topic_shares",
    "topic_tables",
    "topic_words_by_group",
    "topics_over_time",
    "word_intrusion",
    "write_pyldavis",
    "write_sheet",
    "write_topic_tables",
]
