#!/usr/bin/env python3
"""Draws the plots of docs/performance.md from a report of the load test.

    loadtest/plots/plot.py REPORT.json [FOLDER]

FOLDER is docs/plots when it is not given. A plot whose figures the report does
not have is not drawn; the file of an earlier report stays. The same report
makes the same bytes. Needs nothing but Python itself.
"""

import json
import pathlib
import sys

from axes import Axis, Frame, Line, draw_bars, draw_lines, number_text


def series_of(report, prefix, suffix='', unnamed=''):
    """The series of that name, or of such names, as lines.

    A line is called by what is between the two, else as `unnamed` says.
    """
    lines = []
    for series in report['series']:
        name = series['name']
        if name.startswith(prefix) and name.endswith(suffix):
            middle = name[len(prefix):len(name) - len(suffix)].strip('.')
            name = middle.replace('_', ' ').replace('.', ' ') or unnamed
            lines.append(
                Line(name, [tuple(point) for point in series['points']]))
    return lines


def growth(report):
    """Time of a query over the number of points."""
    lines = series_of(report, 'index.growth', unnamed='the index')
    return draw_lines(
        Frame('The index alone: the 10 nearest', Axis.log('points in the index'),
              Axis.from_zero('time a query (µs)')), lines)


def restart_time(report):
    """Time of a restart over the number of needs."""
    lines = series_of(report, 'restart.time', unnamed='xomd')
    return draw_lines(
        Frame('From exec to the first right answer', Axis.log('open needs'),
              Axis.log('time (s)')), lines)


def restart_memory(report):
    """Memory and disk over the number of needs."""
    memory = series_of(report, 'restart.memory', unnamed='resident memory')
    disk = series_of(report, 'restart.disk', unnamed='on disk')
    return draw_lines(
        Frame('What a server holds', Axis.log('open needs'),
              Axis.log('memory and disk (MiB)')), memory + disk)


def latency(lines, title):
    """How many calls took how long."""
    for line in lines:
        # The share 1 is infinitely far to the right.
        line.points = [(share, micros) for share, micros in line.points
                       if share < 1]
    return draw_lines(
        Frame(title, Axis.share('share of the calls that took no longer'),
              Axis.log('latency (µs)')), lines)


def goal_of(figure):
    """How the figure stands to its goal: 1 is met exactly, more is better."""
    sign, bound = figure['goal'].split()
    measured = figure.get('ratio', figure['value'])
    bound = float(bound)
    if measured <= 0 or bound <= 0:
        return None
    return measured / bound if sign == '>=' else bound / measured


def goals(report):
    """Each figure that has a goal, against it."""
    bars = []
    for figure in report['figures']:
        if 'goal' not in figure:
            continue
        length = goal_of(figure)
        if length is None:
            continue
        measured = figure.get('ratio', figure['value'])
        goal = figure['goal'].replace('>=', '≥').replace('<=', '≤')
        text = f'{number_text(measured)} (goal {goal})'
        bars.append((figure['name'], length, text, figure['met']))
    return draw_bars('Measured against the goals', bars)


def plots(report):
    """All plots by the name of their file; None where nothing is to draw."""
    return {
        'index_growth': growth(report),
        'restart_time': restart_time(report),
        'restart_memory': restart_memory(report),
        'nearest_latency': latency(series_of(report, 'nearest.', '.latency'),
                                   'FindNearestNeeds at half of its most'),
        'post_latency': latency(
            series_of(report, 'post.latency', unnamed='posts'),
            'CreateNeed, durable, at half of its most'),
        'goals': goals(report),
    }


def main(arguments):
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    folder = pathlib.Path(arguments[1] if len(arguments) == 2 else 'docs/plots')
    try:
        report = json.loads(pathlib.Path(arguments[0]).read_text('utf-8'))
        drawn = plots(report)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(f'plot.py: {arguments[0]} is no report: {error!r}')
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in drawn.items():
        if svg is not None:
            (folder / f'{name}.svg').write_text(svg, 'utf-8')
            print(folder / f'{name}.svg')


if __name__ == '__main__':
    main(sys.argv[1:])
