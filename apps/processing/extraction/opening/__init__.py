"""From bytes to packets with times: the only doors to FFmpeg's demuxers."""
