"""The room of what leaves the portal: a plan on paper, and a locked copy to keep. It says first what that risks."""
