"""What it costs to have a resolver at hand."""

import subprocess
import sys


def test_httpx_is_not_imported_until_something_is_asked():
    program = (
        "import sys, tagwise.registry.resolver, tagwise.registry.client,"
        " tagwise.registry.credentials;"
        "print('httpx' in sys.modules)"
    )
    command = [sys.executable, "-c", program]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert output.strip() == "False"
