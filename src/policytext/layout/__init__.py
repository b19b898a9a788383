"""Which lines, paragraphs and tables do characters make by their place on a page?"""
