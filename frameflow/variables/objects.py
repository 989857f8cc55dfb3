"""Objects.

Videos, frames and ZIPs lie in `objects/` of the data folder.
"""
