"""Human input of the zones slice, one file a subject."""
