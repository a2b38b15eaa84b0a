"""The room of a survivor's own record. What the law asks of the agency is said before anything is written."""
