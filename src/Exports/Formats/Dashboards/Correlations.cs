using AeServerless.Exports.Profiles;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>
/// Pearson's coefficients and cosines of the features of a batch, with one another and with the components of the hook's activations, over
/// all tokens.
/// </summary>
internal sealed class Correlations
{
    private const int Most = 3;
    private const int BlockRows = 1024;
    private const double Epsilon = 1e-6;

    private readonly IReadOnlyList<LatentProfile> _profiles;
    private readonly Rounding _rounding;
    private readonly double _tokens;
    private readonly double[] _sums;
    private readonly double[] _squares;

    public Correlations(IReadOnlyList<LatentProfile> profiles, Rounding rounding)
    {
        (_profiles, _rounding) = (profiles, rounding);
        _tokens = profiles[0].Sequences.Tokens;
        _sums = [.. profiles.Select(profile => profile.Values.ToArray().Sum(value => (double)value))];
        _squares = [.. profiles.Select(profile => profile.Values.ToArray().Sum(value => (double)value * value))];
    }

    /// <summary>
    /// The three features of the batch that go with each most. A feature with itself, and one that never varies, count as 0.
    /// </summary>
    public Neighbours[] WithOneAnother()
    {
        var products = Products();
        return [.. Enumerable.Range(0, _profiles.Count).Select(feature => Nearest(
            _profiles.Count,
            other => other == feature ? 0 : Pearson(products[feature, other], feature, _sums[other], _squares[other]),
            other => other == feature ? 0 : Cosine(products[feature, other], feature, _squares[other]),
            other => _profiles[other].Latent))];
    }

    /// <summary>The three components of the hook's activations that go with each feature most.</summary>
    public async Task<Neighbours[]> WithAsync(IActivationRows activations, CancellationToken cancellationToken)
    {
        var width = activations.Width;
        var (sums, squares) = (new double[width], new double[width]);
        var products = new double[_profiles.Count, width];
        var next = new int[_profiles.Count];
        var block = new float[BlockRows * width];
        for (var first = 0L; first < (long)_tokens; first += BlockRows)
        {
            var rows = (int)Math.Min(BlockRows, (long)_tokens - first);
            await activations.ReadAsync(first, block.AsMemory(0, rows * width), cancellationToken);
            for (var i = 0; i < rows * width; i++)
            {
                sums[i % width] += block[i];
                squares[i % width] += (double)block[i] * block[i];
            }

            for (var feature = 0; feature < next.Length; feature++)
            {
                var profile = _profiles[feature];
                for (; next[feature] < profile.Rows.Length && profile.Rows[next[feature]] < first + rows; next[feature]++)
                {
                    var row = (int)(profile.Rows[next[feature]] - first);
                    for (var i = 0; i < width; i++)
                    {
                        products[feature, i] += (double)profile.Values[next[feature]] * block[(row * width) + i];
                    }
                }
            }
        }

        return [.. Enumerable.Range(0, _profiles.Count).Select(feature => Nearest(
            width,
            i => Pearson(products[feature, i], feature, sums[i], squares[i]),
            i => Cosine(products[feature, i], feature, squares[i]),
            i => i))];
    }

    private double[,] Products()
    {
        var products = new double[_profiles.Count, _profiles.Count];
        var values = new Dictionary<long, List<(int Feature, float Value)>>();
        for (var feature = 0; feature < _profiles.Count; feature++)
        {
            for (var i = 0; i < _profiles[feature].Rows.Length; i++)
            {
                var row = _profiles[feature].Rows[i];
                if (!values.TryGetValue(row, out var there))
                {
                    values.Add(row, there = []);
                }

                foreach (var (other, value) in there)
                {
                    products[feature, other] += (double)value * _profiles[feature].Values[i];
                }

                there.Add((feature, _profiles[feature].Values[i]));
            }
        }

        for (var feature = 0; feature < _profiles.Count; feature++)
        {
            for (var other = feature + 1; other < _profiles.Count; other++)
            {
                products[feature, other] = products[other, feature];
            }
        }

        return products;
    }

    private double Pearson(double product, int feature, double sum, double square)
    {
        var covariance = product - (_sums[feature] * sum / _tokens);
        var deviations = Math.Sqrt(Math.Max(0, _squares[feature] - (_sums[feature] * _sums[feature] / _tokens)))
            * Math.Sqrt(Math.Max(0, square - (sum * sum / _tokens)));
        return covariance / (deviations + Epsilon);
    }

    private double Cosine(double product, int feature, double square) => product / (Math.Sqrt(_squares[feature] * square) + Epsilon);

    private Neighbours Nearest(int count, Func<int, double> pearson, Func<int, double> cosine, Func<int, int> name)
    {
        var coefficients = Enumerable.Range(0, count).Select(index => (float)pearson(index)).ToArray();
        var nearest = LogitLens.Greatest(coefficients, Most);
        return new Neighbours(
            [.. nearest.Select(name)],
            [.. nearest.Select(index => _rounding.Of(coefficients[index]))],
            [.. nearest.Select(index => _rounding.Of((float)cosine(index)))]);
    }
}
