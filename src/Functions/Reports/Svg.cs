using System.Globalization;
using System.Text;

namespace AeServerless.Functions.Reports;

/// <summary>Small plots as inline SVG.</summary>
internal static class Svg
{
    private const int Width = 280;
    private const int Height = 110;
    private const int Room = 14;

    /// <summary>Bars of a histogram.</summary>
    /// <param name="counts">How many are in each bin.</param>
    /// <param name="least">What stands below the first.</param>
    /// <param name="most">What stands below the last.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="negative">How many of the bins, from the first, are of values below zero.</param>
    public static string Bars(IReadOnlyList<long> counts, string least, string most, string title, int negative = 0)
    {
        var plot = Begin(title);
        var highest = Math.Max(1, counts.DefaultIfEmpty().Max());
        var step = (double)Width / Math.Max(1, counts.Count);
        AddBars(plot, counts, 0..Math.Min(negative, counts.Count), step, highest, "n");
        AddBars(plot, counts, Math.Min(negative, counts.Count)..counts.Count, step, highest, "p");
        return End(plot, least, most);
    }

    /// <summary>Bars as one shape, which takes a fraction of the text of rectangles.</summary>
    private static void AddBars(StringBuilder plot, IReadOnlyList<long> counts, Range bins, double step, long highest, string kind)
    {
        plot.Append("<path class=\"").Append(kind).Append("\" d=\"");
        for (var bin = bins.Start.Value; bin < bins.End.Value; bin++)
        {
            if (counts[bin] > 0)
            {
                // A single value is seen beside a million.
                var height = Math.Max(1, (Height - Room) * (double)counts[bin] / highest);
                plot.Append('M').Append(Place(bin * step)).Append(' ').Append(Height - Room).Append('v').Append(Place(-height));
                plot.Append('h').Append(Place(Math.Max(1, step - 1))).Append('v').Append(Place(height)).Append('z');
            }
        }

        plot.Append("\"/>");
    }

    /// <summary>Cells of a map, darker where more is.</summary>
    /// <param name="counts">How many are in each cell. [columns, rows], rows from the lowest</param>
    /// <param name="least">What stands below the first column.</param>
    /// <param name="most">What stands below the last.</param>
    /// <param name="title">What it shows.</param>
    public static string Cells(int[,] counts, string least, string most, string title)
    {
        var plot = Begin(title);
        var (columns, rows) = (counts.GetLength(0), counts.GetLength(1));
        var highest = Math.Log(1 + Math.Max(1, counts.Cast<int>().Max()));
        var (width, height) = ((double)Width / columns, (double)(Height - Room) / rows);
        for (var column = 0; column < columns; column++)
        {
            for (var row = 0; row < rows; row++)
            {
                if (counts[column, row] > 0)
                {
                    var opacity = 0.25 + (0.75 * Math.Log(1 + counts[column, row]) / highest);
                    Rectangle(plot, column * width, Height - Room - ((row + 1) * height), width, height, opacity);
                }
            }
        }

        return End(plot, least, most);
    }

    /// <summary>A line over numbered places; gaps where a value is not a number.</summary>
    public static string Line(IReadOnlyList<double> values, string least, string most, string title)
    {
        var plot = Begin(title);
        var highest = values.Where(double.IsFinite).DefaultIfEmpty(1).Max();
        plot.Append("<path class=\"l\" d=\"");
        var drawing = false;
        for (var i = 0; i < values.Count; i++)
        {
            if (double.IsFinite(values[i]))
            {
                var y = (Height - Room) * (1 - (values[i] / Math.Max(double.Epsilon, highest)));
                plot.Append(drawing ? 'L' : 'M').Append(Place(Width * (i + 0.5) / values.Count)).Append(' ').Append(Place(y));
            }

            drawing = double.IsFinite(values[i]);
        }

        return End(plot.Append("\"/>"), least, most);
    }

    private static StringBuilder Begin(string title) => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\"><title>{Html.Text(title)}</title>");

    private static string End(StringBuilder plot, string least, string most) => plot
        .Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{Height - 2}\">{Html.Text(least)}</text>")
        .Append(CultureInfo.InvariantCulture, $"<text x=\"{Width}\" y=\"{Height - 2}\" text-anchor=\"end\">{Html.Text(most)}</text></svg>")
        .ToString();

    private static void Rectangle(StringBuilder plot, double x, double y, double width, double height, double opacity)
    {
        plot.Append("<rect x=\"").Append(Place(x)).Append("\" y=\"").Append(Place(y));
        plot.Append("\" width=\"").Append(Place(width)).Append("\" height=\"").Append(Place(height));
        plot.Append("\" class=\"p\" opacity=\"").Append(opacity.ToString("0.##", CultureInfo.InvariantCulture)).Append("\"/>");
    }

    private static string Place(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
