"""What the field knows, as dated and sourced data files: instruments, protocols, lists of choices."""
