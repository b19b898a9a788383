"""Topic models that say how far to trust them."""

from policytext.topics.choice import choose_topics
from policytext.topics.contents import (
    pyldavis_input,
    representative_paragraphs,
    top_words,
    topic_tables,
    write_pyldavis,
    write_topic_card,
    write_topic_tables,
)
from policytext.topics.effects import topic_effects
from policytext.topics.estimators import LdaTopics, NmfTopics, TopicModel, load_topics, save_topics
from policytext.topics.gibbs import DmrTopics, GibbsTopics
from policytext.topics.intrusion import (
    intrusion_sheet,
    score_intrusion,
    topic_intrusion,
    word_intrusion,
)
from policytext.topics.quality import topic_quality
from policytext.topics.shares import (
    topic_correlation,
    topic_shares,
    topic_words_by_group,
    topics_over_time,
)
from policytext.topics.structural import CorrelatedTopics
from policytext.topics.varying import VaryingTopics

__all__ = [
    "CorrelatedTopics",
    "DmrTopics",
    "GibbsTopics",
    "LdaTopics",
    "NmfTopics",
    "TopicModel",
    "VaryingTopics",
    "choose_topics",
    "intrusion_sheet",
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
    "write_topic_card",
    "write_topic_tables",
]
