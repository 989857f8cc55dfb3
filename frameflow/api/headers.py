"""Headers of every answer, whoever gives it: Django, the dispatcher before it, or the server."""

#: Nothing of ours is guessed at, framed or named to other sites, and no page asks for a device.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), "
    "payment=(), usb=()",
}
#: What of it our styles and scripts say, which are no secret: the rest is about pages.
FOR_PARTS = {"X-Content-Type-Options"}
#: What is somebody's own is kept by nobody on its way, nor by a browser that others use next.
KEPT_BY_NOBODY = "private, no-store"
#: An answer of a line or two, which is no page.
SHOWS_NOTHING = "default-src 'none'; frame-ancestors 'none'"

#: What an answer carries that Django has not seen.
BEFORE_DJANGO = {
    **ALWAYS,
    "Cache-Control": KEPT_BY_NOBODY,
    "Content-Security-Policy": SHOWS_NOTHING,
}
