"""Incidents, parties, cases and their timeline. Refuses to open a case before a survivor is named."""
