"""The synthetic overlay: persons, consent and guesses over the real households, drawn from a fixed seed.

Truth comes first: `generate.draw_world` draws what is true, `tables` writes rows from it, `truth` tells it to tests.
"""

from askfirst.overlay.generate import write_overlay, write_truth

__all__ = ["write_overlay", "write_truth"]
