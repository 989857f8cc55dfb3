"""The standards' formulas in floating point, written apart from the engine's.

Codes are 0 to 1, light is nits; ITU-R BT.2100-2, BT.1886, BT.709-6, BT.2020-2, BT.601-7.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
#: Kr and Kb of luma.
LUMA: Final = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}
D65: Final = (0.3127, 0.3290)
CHROMATICITIES: Final = {
    "bt709": ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)),
    "bt2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    "p3": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
WHITE_NITS: Final = 203


def to_yuv(rgb: ArrayLike, matrix: str, *, bits: int = 8, full: bool = False) -> tuple[int, ...]:
    """Return the codes of Y, Cb and Cr as a video stores them."""
    return tuple(round(code) for code in yuv_codes(rgb, matrix, bits=bits, full=full))


def yuv_codes(rgb: ArrayLike, matrix: str, *, bits: int = 8, full: bool = False) -> Array:
    """Return the codes of Y, Cb and Cr before they are rounded."""
    kr, kb = LUMA[matrix]
    red, green, blue = np.asarray(rgb, float)
    y = kr * red + (1 - kr - kb) * green + kb * blue
    cb, cr = (blue - y) / (2 * (1 - kb)), (red - y) / (2 * (1 - kr))
    unit, top = 2 ** (bits - 8), 2**bits - 1
    zero, luma, chroma = (0, top, top) if full else (16 * unit, 219 * unit, 224 * unit)
    return np.array([y * luma + zero, cb * chroma + 128 * unit, cr * chroma + 128 * unit])


def from_yuv(codes: tuple[int, ...], matrix: str, *, bits: int = 8, full: bool = False) -> Array:
    """Return red, green and blue of stored codes."""
    kr, kb = LUMA[matrix]
    unit, top = 2 ** (bits - 8), 2**bits - 1
    zero, span = (0, top) if full else (16 * unit, 219 * unit)
    chroma = top if full else 224 * unit
    y = (codes[0] - zero) / span
    cb, cr = ((code - 128 * unit) / chroma for code in codes[1:])
    red, blue = y + 2 * (1 - kr) * cr, y + 2 * (1 - kb) * cb
    return np.array([red, (y - kr * red - kb * blue) / (1 - kr - kb), blue])


def pq_light(codes: ArrayLike) -> Array:
    """BT.2100, table 4: the EOTF of PQ."""
    root = np.asarray(codes, float) ** (32 / 2523)
    rest = np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)
    return np.asarray(10_000 * rest ** (16384 / 2610))


def pq_codes(nits: ArrayLike) -> Array:
    """BT.2100, table 4: its inverse."""
    power = (np.asarray(nits, float) / 10_000) ** (2610 / 16384)
    return np.asarray(((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** (2523 / 32))


def hlg_light(codes: ArrayLike) -> Array:
    """BT.2100, table 5: inverse OETF and OOTF for a screen of 1000 nits."""
    codes = np.asarray(codes, float)
    bright = (np.exp((np.maximum(codes, 0.5) - 0.55991073) / 0.17883277) + 0.28466892) / 12
    scene = np.where(codes <= 0.5, codes**2 / 3, bright)
    kr, kb = LUMA["bt2020"]
    luma = scene @ [kr, 1 - kr - kb, kb]
    return np.asarray(1000 * luma**0.2 * scene)


def to_bt709(light: Array, primaries: str) -> Array:
    """Return light in BT.709's primaries, by way of XYZ; below 0 where they have no such colour."""
    return np.asarray(np.linalg.solve(_to_xyz("bt709"), _to_xyz(primaries) @ light))


def _to_xyz(primaries: str) -> Array:
    points = np.array([[x / y, 1, (1 - x - y) / y] for x, y in CHROMATICITIES[primaries]]).T
    x, y = D65
    return points * np.linalg.solve(points, [x / y, 1, (1 - x - y) / y])


def on_screen(light: Array, peak_nits: int = WHITE_NITS) -> Array:
    """Return the codes, 0 to 255, of light in BT.709's primaries on a normal screen.

    What it does not have is cut off; the brightest of the three says how much all are dimmed.
    """
    inside = np.maximum(light, 0)
    brightest = inside.max()
    if not brightest:
        return inside
    scaled = inside / brightest * min(_dimmed(brightest, peak_nits), WHITE_NITS) / WHITE_NITS
    return np.asarray(255 * scaled ** (1 / 2.4))


def _dimmed(nits: float, peak_nits: int) -> float:
    """From the knee of BT.2390 on PQ codes, a hyperbola to white."""
    code, peak, white = pq_codes([nits, peak_nits, WHITE_NITS])
    knee = (3 * white - peak) / 2
    if code <= knee or peak_nits <= WHITE_NITS:
        return nits
    share = (min(code, peak) - knee) / (peak - knee)
    return float(pq_light(knee + (white - knee) / (1 / 3 / share + 2 / 3)))


def hue_degrees(light: Array, primaries: str) -> float:
    """Return the hue in Oklab, which keeps it under dimming."""
    lms = np.array(
        [
            [0.8189330101, 0.3618667424, -0.1288597137],
            [0.0329845436, 0.9293118715, 0.0361456387],
            [0.0482003018, 0.2643662691, 0.6338517070],
        ]
    ) @ (_to_xyz(primaries) @ light)
    a = np.cbrt(lms) @ [1.9779984951, -2.4285922050, 0.4505937099]
    b = np.cbrt(lms) @ [0.0259040371, 0.7827717662, -0.8086757660]
    return float(np.degrees(np.arctan2(b, a)))
