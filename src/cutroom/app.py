"""The composition root: the one module that knows every part and joins them."""
