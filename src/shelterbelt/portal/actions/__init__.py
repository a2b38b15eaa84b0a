"""What happens to accounts of survivors, their visits and the codes that open them."""
