"""Many cases at once: how well forecasts and scores did, what moved, and what local records teach.

It reads no database and no clock, and gives no figure that rests on too few events.
"""
