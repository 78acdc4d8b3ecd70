"""What the plots show of a report. Run by ctest."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import axes  # noqa: E402
import plot  # noqa: E402


def report():
    return {
        'figures': [
            {'name': 'a<b', 'value': 5, 'unit': 'x', 'ratio': 0.5,
             'goal': '>= 1', 'met': False},
            {'name': 'c', 'value': 2, 'unit': 'x', 'goal': '<= 4',
             'met': True},
            {'name': 'without a goal', 'value': 2, 'unit': 'x'}],
        'series': [
            {'name': 'index.growth', 'x_unit': 'points', 'unit': 'us',
             'points': [[1e4, 1], [1e5, 2], [1e6, 3], [1e7, 4]]},
            {'name': 'nearest.all.latency', 'x_unit': 'share', 'unit': 'us',
             'points': [[0.5, 100], [0.9, 200], [0.99, 300], [1, 1e6]]},
            {'name': 'post.latency', 'x_unit': 'share', 'unit': 'us',
             'points': [[0.5, 900], [0.999, 4000], [1, 1e6]]}]}


def spots(svg):
    """The places of the points of the only line."""
    points = re.search(r'<polyline points="([^"]*)"', svg).group(1)
    return [tuple(map(float, p.split(','))) for p in points.split()]


class PlotTest(unittest.TestCase):
    def test_only_what_the_report_has_is_drawn(self):
        drawn = {n for n, svg in plot.plots(report()).items() if svg}
        self.assertEqual(drawn, {'index_growth', 'nearest_latency',
                                 'post_latency', 'goals'})
        empty = plot.plots({'figures': [], 'series': []})
        self.assertEqual(set(empty.values()), {None})

    def test_each_is_xml_and_the_same_again(self):
        for svg in filter(None, plot.plots(report()).values()):
            xml.dom.minidom.parseString(svg)
        self.assertEqual(plot.plots(report()), plot.plots(report()))

    def test_ten_times_more_is_as_far_to_the_right(self):
        places = spots(plot.growth(report()))
        steps = [b[0] - a[0] for a, b in zip(places, places[1:])]
        self.assertAlmostEqual(steps[0], steps[1], places=0)
        self.assertAlmostEqual(steps[1], steps[2], places=0)
        self.assertEqual(places[0][0], axes.LEFT)
        self.assertEqual(places[-1][0], axes.WIDTH - axes.RIGHT)
        # Four is at the top; all the heights are from zero.
        self.assertEqual(places[-1][1], axes.TOP)
        self.assertAlmostEqual(places[1][1], (axes.TOP + axes.HEIGHT -
                                              axes.BOTTOM) / 2, places=0)

    def test_the_last_call_of_all_is_not_drawn(self):
        drawn = plot.plots(report())
        self.assertEqual(len(spots(drawn['nearest_latency'])), 3)
        self.assertIn('>99 %<', drawn['nearest_latency'])
        self.assertEqual(len(spots(drawn['post_latency'])), 2)
        self.assertIn('>99.9 %<', drawn['post_latency'])

    def test_each_line_has_a_name(self):
        drawn = plot.plots(report())
        self.assertIn('>all</text>', drawn['nearest_latency'])
        self.assertIn('>posts</text>', drawn['post_latency'])
        self.assertIn('>the index</text>', drawn['index_growth'])

    def test_goals_are_met_from_one_on(self):
        self.assertEqual(plot.goal_of(report()['figures'][0]), 0.5)
        self.assertEqual(plot.goal_of(report()['figures'][1]), 2)
        svg = plot.goals(report())
        self.assertIn('a&lt;b', svg)
        self.assertNotIn('without a goal', svg)
        self.assertEqual(svg.count(axes.MET), 1)
        self.assertEqual(svg.count(axes.MISSED), 1)

    def test_ticks_enclose_the_values(self):
        for low, high in ((1e4, 1e7), (71, 326), (100, 100), (0.3, 0.31)):
            for axis in (axes.Axis.log(''), axes.Axis.from_zero('')):
                ticks = axis.ticks([low, high])
                self.assertLessEqual(ticks[0], low)
                self.assertGreaterEqual(ticks[-1], high)
                self.assertIn(len(ticks), range(2, 9))

    def test_what_is_no_report_is_an_error(self):
        with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
            file.write('{"figures": 1}')
            file.flush()
            run = subprocess.run(
                [sys.executable, '-B', plot.__file__, file.name],
                capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 1)
        self.assertIn('is no report', run.stderr)


if __name__ == '__main__':
    unittest.main()
