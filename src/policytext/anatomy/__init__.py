"""How does a cleaned source fall into reports, sections and paragraphs, nothing lost between?"""
