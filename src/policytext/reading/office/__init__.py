"""Readers of what office programs write: Word, WPS, OpenDocument, OFD, slides, mail, books."""
