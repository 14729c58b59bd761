using AeServerless.Exports.Formats.Profiled;
using AeServerless.Exports.Profiles;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>Picks a feature's examples: its strongest tokens, then some from bands of equal width from the maximum down to 0.</summary>
internal sealed class ExamplePicker(ProfiledRange range, Rounding rounding)
{
    private const int Decimals = 4;

    private readonly DashboardOptions _options = range.Session.Options.Dashboard;

    public IReadOnlyList<FeatureExample> Of(LatentProfile profile)
    {
        var max = profile.Peaks.Count > 0 ? Math.Max(0, profile.Peaks.Max(peak => peak.Value)) : 0;
        var examples = new List<FeatureExample>();
        foreach (var row in Strongest(profile))
        {
            examples.Add(Example(profile, row, -1, rounding.Of(max), -1));
        }

        var seen = new HashSet<(double, double)>();
        for (var band = _options.Bands - 1; band >= 0; band--)
        {
            var (low, high) = ((double)max * band / _options.Bands, (double)max * (band + 1) / _options.Bands);
            // Bands that look the same in print are one: those of a latent that is dead.
            if (seen.Add((rounding.Of(low), rounding.Of(high))))
            {
                Add(examples, profile, band, low, high);
            }
        }

        return examples;
    }

    private void Add(List<FeatureExample> examples, LatentProfile profile, int band, double low, double high)
    {
        var within = Enumerable.Range(0, profile.Rows.Length).Where(
            i => profile.Values[i] >= low && profile.Values[i] <= high && profile.Values[i] > 0);
        var count = within.LongCount() + (band == 0 || high == 0 ? profile.Zeros : 0);
        var share = rounding.Share(profile.Sequences.Tokens > 0 ? (double)count / profile.Sequences.Tokens : 0);
        IReadOnlyList<long> rows = _options.Pad && (band == 0 || high == 0)
            ? Draw.Some(Padded(profile, within), _options.BandExamples, Salt(profile, band), row => row)
            : [.. Draw.Some(within, _options.BandExamples, Salt(profile, band), i => profile.Rows[i]).Select(i => profile.Rows[i])];
        foreach (var row in rows)
        {
            examples.Add(Example(profile, row, rounding.Of(low), rounding.Of(high), share));
        }
    }

    /// <summary>Rows in the lowest band: those with a value in it, and, at random, some without.</summary>
    private IEnumerable<long> Padded(LatentProfile profile, IEnumerable<int> within)
    {
        var silent = Draw.Numbers(profile.Sequences.Tokens, _options.BandExamples * 4, profile.Latent)
            .Where(row => profile.Rows.BinarySearch(row) < 0);
        return within.Select(i => profile.Rows[i]).Concat(silent);
    }

    private long Salt(LatentProfile profile, int band) => ((long)profile.Latent * _options.Bands) + band;

    private List<long> Strongest(LatentProfile profile)
    {
        var most = range.Session.Options.TopExamples;
        var greatest = LogitLens.Greatest(profile.Values, most);
        var rows = new List<long>();
        foreach (var i in greatest)
        {
            if (profile.Values[i] > 0)
            {
                rows.Add(profile.Rows[i]);
            }
        }

        // Readers want one example at least.
        var wanted = _options.Pad ? most : Math.Min(1, most);
        for (var row = 0L; rows.Count < wanted && row < profile.Sequences.Tokens; row++)
        {
            if (profile.Rows.BinarySearch(row) < 0)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    private FeatureExample Example(LatentProfile profile, long row, double low, double high, double share)
    {
        var context = range.Contexts.Read(profile, row, _options.SkipFirstToken);
        return new FeatureExample(
            low,
            high,
            share,
            [.. context.Ids.Select(range.Session.TokenText)],
            [.. context.Values.Select(value => rounding.Twice(value, Decimals))],
            context.Peak);
    }
}
