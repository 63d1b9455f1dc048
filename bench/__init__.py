"""Speed claims, measured: ours and the named peer in one run, on the same input, with the same results asserted."""
