"""How is an analysis run from one file, recorded, and compared with what was published?"""
