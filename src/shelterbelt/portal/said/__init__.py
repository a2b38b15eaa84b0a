"""The room in which a survivor says how an agency was: once in a quarter of a year, and nobody learns that it was they."""
