"""Which words and terms stand in the paragraphs?"""
