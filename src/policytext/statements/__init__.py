"""Who plans, does or reports what, and with what figures?"""
