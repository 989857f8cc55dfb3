"""From bright and wide colours to those of normal screens: the formulas, and a cube of them.

Light is in nits (cd/m2), codes are 0 to 1. ITU-R BT.2100-2 (PQ, HLG), BT.2390-11 5.4.1 (where
the compression of highlights begins), BT.2408-7 (white at 203 nits), BT.1886 (the normal screen).
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from math import exp
from typing import Final, TypeAlias

Rgb: TypeAlias = tuple[float, float, float]
Matrix: TypeAlias = tuple[Rgb, Rgb, Rgb]

#: What a normal screen shows as white; HDR has it as the white of a sheet of paper.
WHITE_NITS: Final = 203.0
#: The brightest highlight that is kept apart from others, where the video states no brighter one.
PEAK_NITS: Final = 1000
MOST_NITS: Final = 10_000
SCREEN_GAMMA: Final = 2.4
HLG_SYSTEM_GAMMA: Final = 1.2
BT2020_LUMA: Final = (0.2627, 0.6780, 0.0593)
#: To the primaries of BT.709; both have the white of D65 (BT.2087-0, SMPTE EG 432-1).
TO_BT709: Final[dict[str, Matrix]] = {
    "bt709": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "bt2020": (
        (1.660491, -0.587641, -0.072850),
        (-0.124550, 1.132900, -0.008349),
        (-0.018151, -0.100579, 1.118730),
    ),
    "p3": (
        (1.224940, -0.224940, 0.0),
        (-0.042057, 1.042057, 0.0),
        (-0.019638, -0.078636, 1.098274),
    ),
}
#: Points along each side of the cube: the square of the level of FFmpeg's haldclut.
LEVEL: Final = 6
SIDE: Final = LEVEL**2
_CODES: Final = 65535

_M1, _M2 = 2610 / 16384, 2523 / 32
_C1, _C2, _C3 = 3424 / 4096, 2413 / 128, 2392 / 128
_A, _B, _C = 0.17883277, 0.28466892, 0.55991073


@dataclass(frozen=True)
class Colours:
    """What codes mean: transfer `PQ`, `HLG` or `gamma`, primaries `bt709`, `bt2020` or `p3`."""

    transfer: str
    primaries: str
    peak_nits: int = PEAK_NITS


def pq_light(code: float) -> float:
    """Return the nits of a PQ code."""
    root = code ** (1 / _M2)
    return float(MOST_NITS * (max(root - _C1, 0.0) / (_C2 - _C3 * root)) ** (1 / _M1))


def pq_code(nits: float) -> float:
    """Return the PQ code of so many nits."""
    power = (nits / MOST_NITS) ** _M1
    return float(((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2)


def hlg_light(code: float) -> float:
    """Return the light of the scene, 0 to 1, of an HLG code."""
    return code * code / 3 if code <= 0.5 else (exp((code - _C) / _A) + _B) / 12


def compressed(nits: float, peak_nits: float) -> float:
    """Return what stays of a highlight so that the peak becomes white; dark light stays as it is.

    On PQ codes, from BT.2390's knee on. Its spline ends level, so that 600 and 1000 nits would
    be one code of eight bits apart; this hyperbola, as steep at the knee, keeps seven.
    """
    if peak_nits <= WHITE_NITS:
        return min(nits, WHITE_NITS)
    peak, white = pq_code(peak_nits), pq_code(WHITE_NITS)
    knee = 1.5 * white - 0.5 * peak
    code = min(pq_code(nits), peak)
    if code <= knee:
        return nits
    share = (code - knee) / (peak - knee)
    return pq_light(knee + (white - knee) * 3 * share / (1 + 2 * share))


def _scene(code: float) -> float:
    return hlg_light(code) * PEAK_NITS


def _screen(code: float) -> float:
    return float(WHITE_NITS * code**SCREEN_GAMMA)


_LIGHTS: Final[dict[str, Callable[[float], float]]] = {
    "PQ": pq_light,
    "HLG": _scene,
    "gamma": _screen,
}


def mapped(light: Rgb, colours: Colours, curve: Callable[[float], float]) -> Rgb:
    """Return the codes of a normal screen for light; the hue stays, as far as BT.709 has it.

    What lies outside BT.709 is brought to its edge, and then all three are dimmed alike.
    """
    red, green, blue = light
    rows = TO_BT709[colours.primaries]
    inside = [max(r * red + g * green + b * blue, 0.0) for r, g, b in rows]
    brightest = max(inside)
    dimming = curve(brightest) / brightest / WHITE_NITS if brightest else 0.0
    codes = [min(each * dimming, 1.0) ** (1 / SCREEN_GAMMA) for each in inside]
    return codes[0], codes[1], codes[2]


def light_of(codes: Sequence[float], colours: Colours) -> Rgb:
    """Return the light that red, green and blue codes mean, with HLG's system gamma applied."""
    red, green, blue = map(_LIGHTS[colours.transfer], codes)
    if colours.transfer != "HLG":
        return red, green, blue
    r, g, b = BT2020_LUMA
    scene = (r * red + g * green + b * blue) / PEAK_NITS
    gain = scene ** (HLG_SYSTEM_GAMMA - 1) if scene else 0.0
    return red * gain, green * gain, blue * gain


@cache
def cube(colours: Colours) -> tuple[bytes, ...]:
    """Return red, green and blue of the mapped cube, 16 bits for each, red varying fastest."""
    peak_nits = WHITE_NITS if colours.transfer == "gamma" else colours.peak_nits
    curve = cache(partial(compressed, peak_nits=peak_nits))
    axis = [number / (SIDE - 1) for number in range(SIDE)]
    codes = array("H")
    for blue, green, red in product(axis, repeat=3):
        seen = mapped(light_of((red, green, blue), colours), colours, curve)
        codes.extend(round(code * _CODES) for code in seen)
    return tuple(codes[colour::3].tobytes() for colour in range(3))
