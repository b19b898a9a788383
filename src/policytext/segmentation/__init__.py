"""Segmentation: the words of spacy-pkuseg, found faster, behind one door.

How the pieces fit: ``weights`` brings the pkuseg model to this machine once, turns its features
into arrays (word lists as hashed tables, ``trie``) and opens them; ``decoder`` scores every
character of many texts with these arrays, finds the best tags and joins what the model's
dictionary knows; ``segment`` chooses between this decoder, the reference program and jieba, keeps
results in a cache, and gives a corpus its ``Words``; ``pipeline`` stands the same segmenters in
spaCy. The rest of the library enters by ``segment``, ``pipeline`` and ``weights``; whoever measures
or replaces the engine finds its parts here.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
