using System.Globalization;
using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Engine.Tensors;
using AeServerless.Models.Recording;

namespace AeServerless.Models.Golden;

/// <summary>The recorded tensors of a golden model, named <c>{location}/{direction}/{layer|none}</c>.</summary>
internal sealed class GoldenTensors
{
    public const string Forward = "forward";
    public const string LogitDifference = "backward";
    public const string CrossEntropy = "backward.cross_entropy";

    private readonly SafetensorsFile _file;
    private readonly JsonElement _description;

    public GoldenTensors(SafetensorsFile file, JsonElement description)
    {
        (_file, _description) = (file, description);
        Recorded = [.. file.Tensors.Keys.Where(name => name.Contains('/')).Select(Parse)];
    }

    /// <summary>Names of the losses, in the order of the request.</summary>
    public static IReadOnlyList<string> Losses { get; } = ["loss.logit_difference", "loss.cross_entropy"];

    /// <summary>All tensors of places.</summary>
    public IReadOnlyList<(string Tensor, string Direction, ActivationSite Site)> Recorded { get; }

    /// <summary>What a model must record to be compared.</summary>
    public RecordingRequest Request => new()
    {
        Forward = Sites(Forward),
        Backward =
        [
            new GradientRequest(LossDescription.LogitDifference([LossToken("target")], [LossToken("anti_target")]), Sites(LogitDifference)),
            new GradientRequest(LossDescription.CrossEntropy, Sites(CrossEntropy)),
        ],
    };

    public double Tolerance(string direction) => _description.GetProperty("tolerance").GetProperty(direction).GetDouble();

    public Task<float[]> ReadAsync(string tensor, CancellationToken cancellationToken) => _file.ReadFloatsAsync(tensor, cancellationToken);

    /// <summary>The largest difference over the largest value that is expected; the largest value itself where all must be zero.</summary>
    public static double Error(float[] expected, float[] actual)
    {
        if (expected.Length != actual.Length)
        {
            return double.PositiveInfinity;
        }

        var (difference, scale) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            var distance = Math.Abs((double)expected[i] - actual[i]);
            difference = double.IsNaN(distance) ? double.PositiveInfinity : Math.Max(difference, distance);
            scale = Math.Max(scale, Math.Abs((double)expected[i]));
        }

        return scale == 0 ? difference : difference / scale;
    }

    public async Task<IReadOnlyList<int[]>> SequencesAsync(CancellationToken cancellationToken)
    {
        var tokens = Array.ConvertAll(await _file.ReadInt64Async("tokens", cancellationToken), token => (int)token);
        var sequences = new List<int[]>();
        var start = 0;
        foreach (var length in await _file.ReadInt32Async("sequence_lengths", cancellationToken))
        {
            sequences.Add(tokens[start..(start + length)]);
            start += length;
        }

        return sequences;
    }

    private IReadOnlyList<ActivationSite> Sites(string direction) =>
        [.. Recorded.Where(entry => entry.Direction == direction).Select(entry => entry.Site)];

    private int LossToken(string name) => _description.GetProperty("loss").GetProperty(name).GetInt32();

    private (string Tensor, string Direction, ActivationSite Site) Parse(string name)
    {
        if (name.Split('/') is [var location, Forward or LogitDifference or CrossEntropy, var layer])
        {
            var direction = name.Split('/')[1];
            return (name, direction, new ActivationSite(location, layer == "none" ? null : int.Parse(layer, CultureInfo.InvariantCulture)));
        }

        throw new InvalidInputException($"{_file.Source.Name}, tensor '{name}'", "is not named {location}/{direction}/{layer|none}");
    }
}
