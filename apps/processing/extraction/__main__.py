"""`python -m apps.processing.extraction VIDEO --output frames.zip`."""

import sys

from apps.processing.extraction.command import ending, telling

if __name__ == "__main__":
    telling.open_standard_descriptors()
    ending.end_at_signals()
    # From here on Ctrl-C is silent.
    from apps.processing.extraction.command.running import main

    sys.exit(main())
