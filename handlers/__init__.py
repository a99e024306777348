"""An update in, one service call, one screen out."""
