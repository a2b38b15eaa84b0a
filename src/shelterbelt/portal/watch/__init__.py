"""The room of the survivor's own device, their zones, planned meetings, and who shares a tracker with their agency."""
