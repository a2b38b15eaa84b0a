"""What devices and vendors send, read as what they said. Plain Python: no database, no clock, no network.

Refuses nothing aloud: what cannot be read says nothing, and whoever sent it is answered like everybody else.
"""
