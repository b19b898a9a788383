"""Tables as input: which columns hold what, in files of reports and in own lists."""
