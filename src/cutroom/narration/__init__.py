"""Scripts and voiceovers, and the sample lecture made from them."""
