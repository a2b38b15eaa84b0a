"""A survivor's releases: to whom, what, until when, what was read. Share less or end at once; giving is only begun here."""
