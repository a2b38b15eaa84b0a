"""One case at a time: facts in, a decision out, with its reasons. Standard library only.

Nothing here reads a clock, a database, the network or chance.
"""
