"""Which files can harm, stop or mislead a reader of reports, and what must become of each?"""
