"""The foundation: values that every room speaks in."""
