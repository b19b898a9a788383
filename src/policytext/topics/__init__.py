"""Topic models that say how far to trust them."""

from policytext.topics.dmr import DmrTopics
from policytext.topics.gibbs import GibbsTopics
from policytext.topics.lda import LdaTopics
from policytext.topics.nmf import NmfTopics
from policytext.topics.storage import load_topics, save_topics

__all__ = ["DmrTopics", "GibbsTopics", "LdaTopics", "NmfTopics", "load_topics", "save_topics"]
