"""Pages of the chain slice, one file a page or a family of pages."""
