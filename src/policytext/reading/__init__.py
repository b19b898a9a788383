"""How do files become source texts, and which could not be read and why?"""
