"""Policy narratives of Chinese regions, compared with their limits stated."""
