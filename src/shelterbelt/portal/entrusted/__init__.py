"""For the worker whom survivors trust: everybody who does, and what waits. No colleague sees who is on it."""
