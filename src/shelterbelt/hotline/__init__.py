"""Reports that may have no name, and what comes in by telephone. Refuses to ask who somebody is."""
