#!/usr/bin/env python3
"""Prints the figures of a report of xom-loadtest as a Markdown table.

    loadtest/plots/table.py report.json
"""

import json
import sys

from axes import number_text


def row(figure):
    ratio = figure.get('ratio')
    samples = figure.get('samples', [])
    spread = ''
    if ratio is not None and len(samples) > 1:
        spread = f' ({number_text(min(samples))} to {number_text(max(samples))})'
    met = {True: 'yes', False: '**no**', None: ''}[figure.get('met')]
    return ' | '.join([
        f'| `{figure["name"]}`',
        f'{number_text(figure["value"])} {figure["unit"]}',
        '' if ratio is None else number_text(ratio) + spread,
        figure.get('against', ''),
        figure.get('goal', ''),
        met,
    ]) + ' |'


def main(arguments):
    if len(arguments) != 2 or arguments[1] in ('-h', '--help'):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    with open(arguments[1], encoding='utf-8') as file:
        report = json.load(file)
    print('| figure | value | ratio (spread) | against | goal | met |')
    print('|---|---|---|---|---|---|')
    for figure in report['figures']:
        print(row(figure))
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
