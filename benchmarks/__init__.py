"""What Zvonok costs, measured beside the leanest way and the usual way in the same run: `make bench`."""
