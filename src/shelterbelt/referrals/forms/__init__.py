"""What is typed on the pages of this app. Parses; saves nothing."""
