"""The import desk: from the cells of a file to checked rows, and what a commit would do."""
