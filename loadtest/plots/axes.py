"""Lines and bars as SVG.

Colours and greys have about the same contrast with white as with black, and
nothing is painted behind them: a page may be light or dark.
"""

import dataclasses
import math
from html import escape

WIDTH = 700
HEIGHT = 400
LEFT, RIGHT, TOP, BOTTOM = 78, 40, 78, 62  # margins around the plot
INK = '#777c84'
GRID = '#777c8440'
COLOURS = ('#3b82f6', '#e8710a', '#16a34a', '#a855f7', '#db2777', '#0e9aa7')
MET, MISSED = '#16a34a', '#e8710a'
FONT = 'font-family="system-ui, sans-serif"'
BAR_HEIGHT = 26
BAR_LEFT = 260
BAR_RIGHT = 160  # room for what was measured


def number_text(value):
    """Three digits that matter; thousands as people write them."""
    if value == 0:
        return '0'
    size = abs(value)
    if size >= 1e6:
        return f'{value / 1e6:g} M' if value % 1e5 == 0 else f'{value:,.0f}'
    if size >= 100:
        return f'{value:,.0f}'
    digits = 1 if size >= 10 else 2 if size >= 1 else 3
    text = f'{value:.{digits}f}'
    return text.rstrip('0').rstrip('.') if '.' in text else text


@dataclasses.dataclass
class Line:
    name: str
    points: list  # of (x, y)


@dataclasses.dataclass
class Axis:
    """How values become places: `scale` makes them proportional to length."""
    title: str
    kind: str

    @staticmethod
    def log(title):
        return Axis(title, 'log')

    @staticmethod
    def from_zero(title):
        return Axis(title, 'linear')

    @staticmethod
    def share(title):
        """Shares below 1, stretched so that 99 % and 99.9 % have room."""
        return Axis(title, 'share')

    def scale(self, value):
        if self.kind == 'log':
            return math.log10(value)
        if self.kind == 'share':
            return -math.log10(1 - value)
        return value

    def takes(self, value):
        if self.kind == 'log':
            return value > 0
        return 0 <= value < 1 if self.kind == 'share' else value >= 0

    def ticks(self, values):
        """Values to write at the axis; the first and last are its ends."""
        low, high = min(values), max(values)
        if self.kind == 'share':
            shares = [0, .5, .9, .99, .999, .9999, .99999]
            beyond = [s for s in shares if s < high]
            return shares[:min(len(beyond) + 1, len(shares))]
        if self.kind == 'log':
            return log_ticks(low, high)
        step = nice_step(high / 4)
        return [step * i for i in range(max(1, math.ceil(high / step)) + 1)]

    def text(self, value):
        if self.kind == 'share':
            return f'{100 * value:.5g} %'
        return number_text(value)


def nice_step(least):
    """The least of 1, 2, 5, 10, 20 ... that is not below."""
    if least <= 0:
        return 1
    power = 10 ** math.floor(math.log10(least))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= least * .9999)


def log_ticks(low, high):
    """Powers of ten around the values, or 1, 2, 5 when there are few."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    powers = [10.0 ** i for i in range(first, max(last, first + 1) + 1)]
    if len(powers) > 3:
        return powers
    fine = [p * m for p in powers for m in (1, 2, 5)]
    begin = max(t for t in fine if t <= low * 1.0001)
    end = min((t for t in fine if t >= high * .9999 and t > begin),
              default=fine[-1])
    return [t for t in fine if begin <= t <= end]


@dataclasses.dataclass
class Frame:
    title: str
    x: Axis
    y: Axis


def text(place, words, **style):
    """Words at a place, x and y; `style` has attributes with _ for -."""
    x, y = place
    style.setdefault('font_size', 13)
    style.setdefault('fill', INK)
    attributes = ' '.join(f'{key.replace("_", "-")}="{value}"'
                          for key, value in style.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{escape(words)}</text>'


def rule(start, end, colour=GRID):
    return (f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" '
            f'y2="{end[1]:.1f}" stroke="{colour}"/>')


def svg(height, title, parts):
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} '
            f'{height}" width="{WIDTH}" height="{height}" role="img" {FONT}>')
    heading = text((16, 26), title, font_size=17, font_weight=600)
    return '\n'.join([head, f'<title>{escape(title)}</title>', heading, *parts,
                      '</svg>', ''])


def placer(axis, ticks, ends):
    """A function from values to lengths between the two ends."""
    low, high = axis.scale(ticks[0]), axis.scale(ticks[-1])
    return lambda value: (ends[0] + (axis.scale(value) - low) / (high - low) *
                          (ends[1] - ends[0]))


def path(line, colour, places):
    """The line; with dots when there are few points."""
    x, y = places
    spots = [(x(a), y(b)) for a, b in line.points]
    kept = spots[:1]
    for spot in spots[1:]:  # what nobody can see is left out
        if math.dist(spot, kept[-1]) >= 1:
            kept.append(spot)
    joined = ' '.join(f'{a:.1f},{b:.1f}' for a, b in kept)
    parts = [f'<polyline points="{joined}" fill="none" stroke="{colour}" '
             'stroke-width="2.2" stroke-linejoin="round"/>']
    if len(kept) <= 12:
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{colour}"/>'
                  for a, b in kept]
    return parts


def legend(lines):
    """The names, from left to right, under the title."""
    parts = []
    x = 16
    for line, colour in zip(lines, COLOURS):
        parts.append(f'<rect x="{x}" y="45" width="18" height="4" rx="2" '
                     f'fill="{colour}"/>')
        parts.append(text((x + 24, 52), line.name))
        x += 24 + 8 * len(line.name) + 20
    return parts


def axes(frame, ticks, places):
    """Grid, numbers and titles."""
    x, y = places
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = []
    for tick in ticks[0]:
        parts.append(rule((x(tick), TOP), (x(tick), bottom)))
        parts.append(text((x(tick), bottom + 20), frame.x.text(tick),
                          text_anchor='middle'))
    for tick in ticks[1]:
        parts.append(rule((LEFT, y(tick)), (right, y(tick))))
        parts.append(text((LEFT - 8, y(tick) + 4.5), frame.y.text(tick),
                          text_anchor='end'))
    middle = (TOP + bottom) / 2
    parts.append(rule((LEFT, bottom), (right, bottom), INK))
    parts.append(text(((LEFT + right) / 2, HEIGHT - 16), frame.x.title,
                      text_anchor='middle'))
    parts.append(text((20, middle), frame.y.title, text_anchor='middle',
                      transform=f'rotate(-90 20 {middle:.1f})'))
    return parts


def draw_lines(frame, lines):
    """At most six lines; None when there is nothing to draw."""
    shown = []
    for line in lines[:len(COLOURS)]:
        points = [(x, y) for x, y in line.points
                  if frame.x.takes(x) and frame.y.takes(y)]
        if points:
            shown.append(Line(line.name, points))
    if not shown:
        return None
    ticks = (frame.x.ticks([x for line in shown for x, _ in line.points]),
             frame.y.ticks([y for line in shown for _, y in line.points]))
    places = (placer(frame.x, ticks[0], (LEFT, WIDTH - RIGHT)),
              placer(frame.y, ticks[1], (HEIGHT - BOTTOM, TOP)))
    parts = legend(shown) + axes(frame, ticks, places)
    for line, colour in zip(shown, COLOURS):
        parts += path(line, colour, places)
    return svg(HEIGHT, frame.title, parts)


def draw_bars(title, bars):
    """Bars of (name, length, text, met), against a line at the length 1."""
    if not bars:
        return None
    axis = Axis.log('')
    ends = log_ticks(min(1, *(b[1] for b in bars)),
                     max(1, *(b[1] for b in bars)))
    x = placer(axis, [ends[0] / 1.5, ends[-1]], (BAR_LEFT, WIDTH - BAR_RIGHT))
    height = TOP + BAR_HEIGHT * len(bars) + 24
    parts = [text((x(1), TOP - 12), 'goal', text_anchor='middle')]
    for row, (name, length, words, met) in enumerate(bars):
        top = TOP + row * BAR_HEIGHT
        parts.append(text((BAR_LEFT - 10, top + 15), name, text_anchor='end',
                          font_size=12.5))
        parts.append(
            f'<rect x="{BAR_LEFT}" y="{top + 3}" width="'
            f'{x(length) - BAR_LEFT:.1f}" height="{BAR_HEIGHT - 8}" rx="2" '
            f'fill="{MET if met else MISSED}"/>')
        parts.append(text((WIDTH - BAR_RIGHT + 14, top + 15), words))
    parts.append(rule((x(1), TOP - 6), (x(1), height - 20), INK))
    parts.append(text((16, height - 4), 'Longer is better; each step to the '
                      'right is as many times more (logarithmic). Green: met.',
                      font_size=12))
    return svg(height, title, parts)
