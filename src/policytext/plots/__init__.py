"""Tidy table in, matplotlib axes out; Chinese glyphs on every machine."""
