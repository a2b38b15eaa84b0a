"""Screens and levels. Refuses to let a screen set a level, and a machine lower one."""
