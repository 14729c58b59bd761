using AeServerless.Cli.Output;

namespace AeServerless.Cli.Queries;

/// <summary>Aligned columns for people. Rows are kept until the end, up to as many as anyone looks at.</summary>
internal sealed class TableWriter(TextWriter output) : IRowWriter
{
    private const int MostRows = 1000;
    private const int MostWidth = 48;

    private readonly List<string[]> _rows = [];
    private bool[] _isNumber = [];
    private long _count;

    public void Begin(IReadOnlyList<string> columns)
    {
        _rows.Add([.. columns.Select(Cell)]);
        _isNumber = new bool[columns.Count];
    }

    public void Add(IReadOnlyList<object?> row)
    {
        if (_count++ < MostRows)
        {
            _rows.Add([.. row.Select(value => value is null ? "" : Cell(QueryValues.Text(value)))]);
            for (var i = 0; i < row.Count; i++)
            {
                _isNumber[i] |= row[i] is not (null or string or bool or System.Collections.IEnumerable);
            }
        }
    }

    public void End()
    {
        var widths = Enumerable.Range(0, _isNumber.Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        foreach (var (index, row) in _rows.Index())
        {
            var cells = row.Select((cell, column) => _isNumber[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
            if (index == 0)
            {
                output.WriteLine(string.Join("  ", widths.Select(width => new string('─', width))));
            }
        }

        output.WriteLine(_count > MostRows
            ? $"{_count:N0} rows, of which the first {MostRows:N0} are shown; --format csv and json have all."
            : $"{_count:N0} row{(_count == 1 ? "" : "s")}.");
    }

    private static string Cell(string text)
    {
        var line = TerminalText.OneLine(text);
        return line.Length <= MostWidth ? line : $"{line[..(MostWidth - 1)]}…";
    }
}
