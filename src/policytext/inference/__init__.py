"""How far can a figure be trusted? Pure functions on arrays: no corpus, no words."""
