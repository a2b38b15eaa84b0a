"""Orders of protection: what a judge said, since when, for whom and where, and whether it was served.

Says how an order stands; refuses to say that there is none because none is known here.
"""
