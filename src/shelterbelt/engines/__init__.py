"""The same rules for a million cases at once. `rules` is the readable reference; here stands its fast twin.

It decides nothing that `rules` does not decide, and gives no reasons: for those, ask `rules` about the one case.
"""
