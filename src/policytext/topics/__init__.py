"""Topic models that say how far to trust them."""

from policytext.topics.nmf import NmfTopics

__all__ = ["NmfTopics"]
