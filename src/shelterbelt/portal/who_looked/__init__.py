"""Who has looked at a survivor's file, in words: only where they and their worker agreed that it is shown here."""
