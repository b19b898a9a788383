"""How is damaged text repaired, and where is each change written down?"""
