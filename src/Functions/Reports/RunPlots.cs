using AeServerless.Engine.Results.Summary;

namespace AeServerless.Functions.Reports;

/// <summary>Plots of all latents of an autoencoder.</summary>
internal static class RunPlots
{
    private const int Columns = 56;
    private const int Rows = 24;
    private const int BinsADecade = 4;
    private const int EffectDecades = 6;

    /// <summary>The plots, each with what it shows.</summary>
    public static IEnumerable<(string Title, string Plot)> Of(LatentDistribution all)
    {
        var alive = Enumerable.Range(0, all.Frequencies.Count).Where(latent => all.Frequencies[latent] > 0).ToList();
        if (alive.Count > 0)
        {
            yield return Scatter(all, alive);
            yield return Frequencies(all, alive);
        }

        if (all.EffectScalar is { } scalar && all.Effects.Any(effect => effect != 0))
        {
            yield return Effects(all.Effects, scalar);
        }

        if (all.ActiveByPosition.Count > 1)
        {
            yield return ("Active latents by position", Svg.Line(
                all.ActiveByPosition, "0", $"{all.ActiveByPosition.Count - 1}", "mean active latents of the tokens at a position"));
        }
    }

    private static (string Title, string Plot) Scatter(LatentDistribution all, List<int> alive)
    {
        var points = alive.Where(latent => all.Means[latent] != 0)
            .Select(latent => (X: Math.Log10(all.Frequencies[latent]), Y: Math.Log10(Math.Abs(all.Means[latent])))).ToList();
        var counts = new int[Columns, Rows];
        var (left, right) = Range(points.Select(point => point.X));
        var (low, high) = Range(points.Select(point => point.Y));
        foreach (var (x, y) in points)
        {
            counts[Cell(x, left, right, Columns), Cell(y, low, high, Rows)]++;
        }

        return ("Frequency × mean", Svg.Cells(
            counts, Html.Percent(Math.Pow(10, left)), Html.Percent(Math.Pow(10, right)),
            $"latents by frequency, and by mean from {Html.Number(Math.Pow(10, low))} to {Html.Number(Math.Pow(10, high))}, "
                + "both in logarithms"));
    }

    private static (string Title, string Plot) Frequencies(LatentDistribution all, List<int> alive)
    {
        var places = alive.Select(latent => (int)Math.Floor(Math.Log10(all.Frequencies[latent]) * BinsADecade)).ToList();
        var (first, last) = (places.Min(), places.Max());
        var counts = new long[last - first + 1];
        places.ForEach(place => counts[place - first]++);
        return ($"Frequencies ({Html.Count(all.Frequencies.Count - alive.Count)} dead)", Svg.Bars(
            counts,
            Html.Percent(Math.Pow(10, (double)first / BinsADecade)),
            Html.Percent(Math.Pow(10, (last + 1.0) / BinsADecade)),
            "latents by the fraction of tokens where they are active, in logarithms"));
    }

    private static (string Title, string Plot) Effects(IReadOnlyList<float> effects, string scalar)
    {
        var most = effects.Max(effect => Math.Abs((double)effect));
        var size = BinsADecade * EffectDecades;
        var counts = new long[2 * size];
        foreach (var effect in effects.Where(effect => effect != 0))
        {
            var below = (int)Math.Floor(Math.Log10(most / Math.Abs((double)effect)) * BinsADecade);
            var bin = Math.Max(0, size - 1 - below);
            counts[effect < 0 ? size - 1 - bin : size + bin]++;
        }

        return ("Effect on the loss", Svg.Bars(
            counts,
            Html.Number(-most),
            Html.Number(most),
            $"latents by the mean of {scalar}, in logarithms from the middle outwards",
            size));
    }

    private static (double Least, double Most) Range(IEnumerable<double> values)
    {
        var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        return double.IsFinite(least) ? (least, most) : (0, 1);
    }

    private static int Cell(double value, double least, double most, int cells) =>
        most > least ? Math.Min(cells - 1, (int)((value - least) / (most - least) * cells)) : cells / 2;
}
