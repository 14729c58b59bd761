using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Golden;

/// <summary>
/// Checks models against recorded activations and gradients: folders with <c>config.json</c>, weights, <c>golden.safetensors</c> and
/// <c>golden.json</c>, and in it the tolerance of each direction and the files that must give the same.
/// </summary>
public static class GoldenModels
{
    private const string Description = "golden.json";
    private const string Data = "golden.safetensors";

    /// <summary>Checks a folder, or all folders of a directory, each with every equivalent of its files.</summary>
    /// <exception cref="InvalidInputException">There is no golden data.</exception>
    public static async Task<IReadOnlyList<GoldenCheck>> CheckAsync(string directory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var checks = new List<GoldenCheck>();
        foreach (var folder in GoldenFolders.With(Description, directory))
        {
            foreach (var replaced in Variants(folder))
            {
                checks.Add(await CheckFolderAsync(folder, replaced, cancellationToken));
            }
        }

        return checks;
    }

    /// <summary>What a folder's files can be replaced by: nothing, then each file that its description calls equivalent.</summary>
    public static IReadOnlyList<string?> Variants(string folder)
    {
        using var description = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, Description)));
        return [null, .. description.RootElement.GetProperty("equivalent").EnumerateArray().Select(name => name.GetString())];
    }

    /// <summary>Checks one folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="replacement">A file that is read in place of <c>config.json</c> or <c>model.safetensors</c>; null for none.</param>
    /// <param name="cancellationToken">Cancels between tensors.</param>
    public static async Task<GoldenCheck> CheckFolderAsync(
        string folder, string? replacement, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var name = replacement is null ? Path.GetFileName(folder) : $"{Path.GetFileName(folder)} with {replacement}";
        using var description = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, Description), cancellationToken));
        using var source = new FileByteSource(Path.Combine(folder, Data));
        var file = await SafetensorsFile.OpenAsync(source, cancellationToken);
        var tensors = new GoldenTensors(file, description.RootElement);
        try
        {
            using var model = await LanguageModel.LoadAsync(Files(folder, replacement), cancellationToken);
            return await CompareAsync(name, model, tensors, cancellationToken);
        }
        catch (InvalidInputException e) when (description.RootElement.GetProperty("kind").GetString() == "optional")
        {
            return new GoldenCheck(name, 0, [], 0, e.Message);
        }
        catch (InvalidInputException e)
        {
            return new GoldenCheck(name, 1, [e.Message], 0);
        }
    }

    private static ModelFolder Files(string folder, string? replacement) =>
        new(folder, replacement is null ? null : new Dictionary<string, string>
        {
            [replacement.EndsWith(".json", StringComparison.Ordinal) ? "config.json" : "model.safetensors"] = replacement,
        });

    private static async Task<GoldenCheck> CompareAsync(
        string name, LanguageModel model, GoldenTensors tensors, CancellationToken cancellationToken)
    {
        using var recording = model.Record(await tensors.SequencesAsync(cancellationToken), tensors.Request);
        var (worst, compared) = (0.0, 0);
        var failures = new List<string>();
        async Task CompareTensor(string tensor, string direction, float[] actual)
        {
            var error = GoldenTensors.Error(await tensors.ReadAsync(tensor, cancellationToken), actual);
            var tolerance = tensors.Tolerance(direction);
            (worst, compared) = (Math.Max(worst, error), compared + 1);
            if (!(error <= tolerance))
            {
                failures.Add(FormattableString.Invariant($"{tensor}: error {error:0.0e+0}, tolerance {tolerance:0.0e+0}"));
            }
        }

        foreach (var (tensor, direction, site) in tensors.Recorded)
        {
            var values = direction == GoldenTensors.Forward
                ? recording.Forward[site]
                : recording.Backward[direction == GoldenTensors.LogitDifference ? 0 : 1].Gradients[site];
            await CompareTensor(tensor, direction, TensorReader.Values(values));
        }

        for (var i = 0; i < GoldenTensors.Losses.Count; i++)
        {
            await CompareTensor(
                GoldenTensors.Losses[i], GoldenTensors.Forward, [.. recording.Backward[i].Losses.Select(loss => (float)loss)]);
        }

        return new GoldenCheck(name, compared, failures, worst);
    }
}
