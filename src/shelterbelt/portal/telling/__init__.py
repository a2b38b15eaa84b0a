"""Telling somebody something without an account, coming back with words, and saying how an agency was. Knows nobody."""
