"""The corpus as static pages: `write` is the entrance, the other modules are its rooms."""
