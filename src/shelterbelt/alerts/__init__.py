"""Help alerts: pressed by a survivor, told to those they chose until somebody acknowledges.

Refuses to exist while nobody is there.
"""
