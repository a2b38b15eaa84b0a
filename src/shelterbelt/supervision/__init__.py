"""Who is in custody and who was let out, who is told of it, and how conditions are kept.

What nobody heard of is unknown here, never “in custody” and never “kept”.
"""
