"""Which policy themes do paragraphs treat, and how far can a coding of them be trusted?"""
