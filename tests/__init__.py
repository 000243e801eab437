"""The tests of l4e_widgets."""
