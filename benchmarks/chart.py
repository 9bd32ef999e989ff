"""A small chart: curves on logarithmic axes, as one SVG file without any library."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 760, 480
_LEFT, _TOP, _RIGHT, _BOTTOM = 64, 48, 24, 56
_COLOURS = ("#1b6ca8", "#c8553d", "#588157", "#7b4b94", "#b08900", "#555555")


@dataclass(frozen=True, slots=True)
class Curve:
    """A name and its points ``(amount, seconds)``, ascending in amount."""

    name: str
    points: tuple[tuple[int, float], ...]


def draw(title: str, curves: Sequence[Curve]) -> str:
    """The chart. Whole decades on both axes; a dashed line rises as linear cost does."""
    x_low, x_high = _decades([x for curve in curves for x, _ in curve.points])
    y_low, y_high = _decades([max(y, 1e-3) for curve in curves for _, y in curve.points])

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - x_low) / (x_high - x_low)
        up = (math.log10(max(y, 1e-3)) - y_low) / (y_high - y_low)
        return (
            _LEFT + across * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM),
        )

    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="system-ui, sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="26" font-size="16" fill="#222">{escape(title)}</text>',
    ]
    for power in range(x_low, x_high + 1):
        x, base = at(10**power, 10**y_low)
        _, top = at(10**power, 10**y_high)
        parts.append(f'<path d="M{x:.1f} {base:.1f}V{top:.1f}" stroke="#e4e4e4"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{base + 18:.1f}" fill="#555" text-anchor="middle">{10**power:,}</text>'
        )
    for power in range(y_low, y_high + 1):
        left, y = at(10**x_low, 10**power)
        right, _ = at(10**x_high, 10**power)
        parts.append(f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="#e4e4e4"/>')
        parts.append(
            f'<text x="{left - 8:.1f}" y="{y + 4:.1f}" fill="#555" text-anchor="end">{10.0**power:g} s</text>'
        )
    decades = min(x_high - x_low, y_high - y_low)
    x0, y0 = at(10**x_low, 10**y_low)
    x1, y1 = at(10 ** (x_low + decades), 10 ** (y_low + decades))
    parts.append(
        f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" stroke="#999" stroke-dasharray="4 4"/>'
    )
    for number, curve in enumerate(curves):
        colour = _COLOURS[number % len(_COLOURS)]
        places = [at(*point) for point in curve.points]
        line = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        y = _TOP + 14 + 17 * number
        parts.append(f'<circle cx="{_LEFT + 14}" cy="{y - 4}" r="4" fill="{colour}"/>')
        parts.append(f'<text x="{_LEFT + 24}" y="{y}" fill="#222">{escape(curve.name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low = math.floor(math.log10(min(values)))
    high = math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)
