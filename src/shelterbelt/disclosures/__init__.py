"""What leaves a file on another ground than a release, what a demand may get, and who looked. Refuses what is no order."""
