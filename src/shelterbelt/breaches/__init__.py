"""Breaches of orders: reported or seen, possible until a person confirms, with their evidence, followed to the end in court.

Refuses to confirm or to drop one by itself.
"""
