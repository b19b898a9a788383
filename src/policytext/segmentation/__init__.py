"""Segmentation: spacy-pkuseg's words, faster, behind one door."""
