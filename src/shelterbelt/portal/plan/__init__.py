"""A survivor's own plan, by their own hand: one thing on each page, nothing required."""
