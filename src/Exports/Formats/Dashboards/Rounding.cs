using System.Globalization;

namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>Rounds decimal numbers as Python does: to the nearest, by the number's exact value, and exact halves to even.</summary>
internal sealed class Rounding(int decimals)
{
    /// <summary>Rounds to the decimals of the export; not at all where these are −1.</summary>
    public double Of(double value) => decimals < 0 ? value : To(value, decimals);

    /// <summary>Rounds twice, as SAEDashboard does with values.</summary>
    public double Twice(double value, int first) => decimals < 0 ? value : To(To(value, first), decimals);

    /// <summary>A share as SAEDashboard reads it back from a per cent with three decimals.</summary>
    public double Share(double share) => decimals < 0 ? share : To(100 * share, 3) / 100;

    private static double To(double value, int decimals)
    {
        if (value == 0)
        {
            return 0;
        }

        // Only multiples of a sixteenth or smaller power of two can be exact halves here, and these are few-digit decimals.
        var isFewDigits = value * 1024 == Math.Floor(value * 1024) && Math.Abs(value) < 1e9;
        return isFewDigits
            ? (double)Math.Round((decimal)value, decimals, MidpointRounding.ToEven)
            : double.Parse(value.ToString($"F{decimals}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
