"""Nodes, agencies and units, and the letters their nodes exchange. Refuses to know anything about survivors."""
