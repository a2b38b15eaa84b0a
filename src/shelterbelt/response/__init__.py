"""Follows protocols: opens the right work for the right unit.

Refuses to look into a victim-service agency's work.
"""
