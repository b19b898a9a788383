"""Who does what to whom, how firmly, and was it done?"""
