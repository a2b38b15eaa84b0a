"""Every message to a person goes through here. Refuses whatever their contact instructions do not allow."""
