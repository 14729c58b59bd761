using System.Numerics.Tensors;
using AeServerless.Exports.Formats.Profiled;
using AeServerless.Exports.Profiles;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>Makes the features of a batch.</summary>
internal sealed class FeatureBuilder(ProfiledRange range)
{
    private const int Logits = 10;
    private const int Components = 3;
    private const int CentreDecimals = 5;
    private const long MostCorrelated = 1 << 23;

    private readonly DashboardOptions _options = range.Session.Options.Dashboard;
    private readonly Rounding _rounding = new(range.Session.Options.Dashboard.Decimals);

    /// <summary>The features, in order.</summary>
    /// <param name="lose">Told what is left empty.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<IReadOnlyList<Feature>> BuildAsync(Action<string> lose, CancellationToken cancellationToken)
    {
        var ignored = _options.IgnoredTokens.ToHashSet();
        var logits = range.Directions is { } directions ? new LogitLens(directions).Of(range.First, range.Count) : [];
        var examples = new ExamplePicker(range, _rounding);
        var features = new List<Feature>();
        var profiles = new List<LatentProfile>();
        // A batch that is read latent by latent, as it does not fit into memory, is not compared.
        var isWhole = range.Spill.Count(range.Index) <= MostCorrelated;
        foreach (var profile in range.Profiles.Read(range.Index, ignored, Scale()))
        {
            if (isWhole)
            {
                profiles.Add(profile);
            }

            features.Add(Build(profile, examples, logits.Length > 0 ? logits[profile.Latent - range.First] : []));
        }

        if (!isWhole)
        {
            lose($"latents {range.First} to {range.First + range.Count - 1} have too many values to be correlated");
        }
        else
        {
            // Tokens that do not count in figures and examples count here.
            await CorrelateAsync(
                features, ignored.Count == 0 ? profiles : [.. range.Profiles.Read(range.Index, scale: Scale())], cancellationToken);
        }

        return features;
    }

    private Func<int, float>? Scale() =>
        _options.Folded && range.Directions is { } directions ? latent => LogitLens.Norm(directions.Row(latent)) : null;

    private Feature Build(LatentProfile profile, ExamplePicker picker, float[] logits)
    {
        var positive = profile.Values.ToArray().Where(value => value > 0).ToArray();
        var examples = picker.Of(profile);
        return new Feature(profile.Latent)
        {
            FracNonzero = _rounding.Share(profile.Sequences.Tokens > 0 ? (double)positive.Length / profile.Sequences.Tokens : 0),
            MaxActivation = examples.Max(example => example.Values.DefaultIfEmpty(0).Max()),
            Frequencies = Rounded(Histogram.Of(positive)),
            Examples = examples,
            Logits = Rounded(Histogram.Of(logits)),
            Positive = Tokens(logits, 1),
            Negative = Tokens(logits, -1),
            Alignment = Alignment(profile.Latent),
        };
    }

    private (string Text, double Value)[] Tokens(float[] logits, float sign) =>
        [.. LogitLens.Greatest(logits, Logits, sign).Select(id => (range.Session.TokenText(id), _rounding.Of(logits[id])))];

    private Histogram Rounded(Histogram histogram) => histogram with
    {
        Centres = [.. histogram.Centres.Select(centre => _rounding.Twice(centre, CentreDecimals))],
    };

    private Neighbours Alignment(int latent)
    {
        if (range.Directions is not { } directions)
        {
            return Neighbours.None;
        }

        var row = LogitLens.Unit(directions, latent);
        var total = TensorPrimitives.SumOfMagnitudes<float>(row);
        var greatest = LogitLens.Greatest(row, Components);
        return new Neighbours(
            greatest,
            [.. greatest.Select(component => _rounding.Of(row[component]))],
            [.. greatest.Select(component => _rounding.Of(Math.Abs(row[component]) / total))]);
    }

    private async Task CorrelateAsync(List<Feature> features, List<LatentProfile> profiles, CancellationToken cancellationToken)
    {
        var correlations = new Correlations(profiles, _rounding);
        var withOneAnother = correlations.WithOneAnother();
        var withNeurons = range.Session.Run.Activations?.Invoke(range.Scalar.Autoencoder, range.Scalar.Layer) is { } activations
            ? await correlations.WithAsync(activations, cancellationToken)
            : null;
        for (var i = 0; i < features.Count; i++)
        {
            features[i].CorrelatedFeatures = withOneAnother[i];
            features[i].CorrelatedNeurons = withNeurons?[i] ?? Neighbours.None;
        }
    }
}
