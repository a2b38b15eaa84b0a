"""The portal: what a survivor holds in their own hands, and the public pages. A public page refuses to know who reads it."""
