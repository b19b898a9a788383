"""Terms: the concept table, where its terms stand, and what was not named."""
