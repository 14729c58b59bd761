using AeServerless.Engine;
using AeServerless.Engine.Runtime;

namespace AeServerless.Cli.Golden;

/// <summary>
/// Compares the derived scalars with a reference's outputs. A folder of golden data holds <c>config.json</c>, <c>model.safetensors</c>,
/// autoencoders and <c>runs/{run}/</c> with <c>activations.safetensors</c>, <c>expected.json</c> and <c>expected.safetensors</c>.
/// </summary>
internal static class GoldenRunner
{
    /// <summary>Evaluates every key of every run, through the same plans that recipes have.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="progress">Told each run's keys as they are done; may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InvalidInputException">The folder is not one of golden data.</exception>
    public static async Task<GoldenReport> CheckAsync(
        string folder, IProgress<(string Run, int Keys)>? progress, CancellationToken cancellationToken)
    {
        var runs = Path.Combine(folder, "runs");
        if (!Directory.Exists(runs))
        {
            throw new InvalidInputException(
                folder, Directory.Exists(folder) ? "it is not golden data: it has no folder runs/" : "there is no such folder");
        }

        var folders = Directory.GetDirectories(runs).Order(StringComparer.Ordinal).ToList();
        if (folders.Count == 0)
        {
            throw new InvalidInputException(runs, "there is no run in it");
        }

        using var engine = new EngineContext(new EngineOptions());
        var keys = new List<GoldenKey>();
        foreach (var run in folders)
        {
            if (!File.Exists(Path.Combine(run, "expected.json")))
            {
                throw new InvalidInputException(run, "it is not a run of golden data: it has no expected.json");
            }

            var checkedKeys = await new GoldenRun(folder, run, engine).CheckAsync(cancellationToken);
            keys.AddRange(checkedKeys);
            progress?.Report((Path.GetFileName(run), checkedKeys.Count));
        }

        return new GoldenReport { Keys = keys };
    }
}
