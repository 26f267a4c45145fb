"""Look again and again for what is new – a channel, a list, a feed, a folder – and start recipes on it by rule."""
