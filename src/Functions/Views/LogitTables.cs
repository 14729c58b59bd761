using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Results.Summary;
using AeServerless.Engine.Results.Views;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Views;

/// <summary>What latents promote, by autoencoder; it follows from weights alone where all latents are told.</summary>
/// <param name="Weights">Stands for the weights.</param>
/// <param name="Tables">The tables.</param>
internal sealed record LogitTables(string Weights, IReadOnlyDictionary<AutoencoderKey, LogitTable> Tables)
{
    /// <summary>Numbers of all tables, 4 bytes each.</summary>
    public long Values => Tables.Values.Sum(table => table.Values);

    /// <summary>What stands for the weights that a run's tables follow from.</summary>
    public static string WeightsOf(RunBasis basis, IReadOnlyList<AutoencoderSummary> autoencoders)
    {
        var model = InputPaths.Beside(basis.Manifest.Model, "");
        var files = basis.Inputs.Values.Where(input => input.Path.StartsWith(model, StringComparison.Ordinal)).Union(basis.Weights())
            .OrderBy(input => input.Path, StringComparer.Ordinal).Select(input => $"{input.Path} {input.Identity()}");
        var of = autoencoders.Select(one =>
            $"{one.Autoencoder} {one.Layer} {basis.Plan.Recipe.Autoencoder(one.Autoencoder)}");
        return string.Join('\n', [.. files, .. of]);
    }
}
