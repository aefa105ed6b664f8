"""`tagwise demo`."""


def demo() -> None:
    """Show the main job on sample files, against a registry of its own."""
