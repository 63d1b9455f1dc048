"""Pages of the zones slice, one file a page or a family of pages."""
