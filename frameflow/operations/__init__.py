"""What operators ask of the whole system; knows every context, imported by none."""
