"""A Bot API server and a chat page on your own machine, for the demo and the journeys."""
