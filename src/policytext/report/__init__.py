"""How does a study show itself as one page that opens from disk?"""
