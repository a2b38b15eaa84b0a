"""Watches devices: takes fixes in, decides whether somebody is where they are to keep from, and tells who is to know.

What is not known is said as unknown. No device ever learns anything about another one.
"""
