using System.Text.Json;

namespace AeServerless.Bench.Scale;

/// <summary>A run that was done: one worker, nothing to wait for.</summary>
/// <param name="Tokens">Tokens of the dataset.</param>
/// <param name="ChunkTokens">Tokens of a chunk.</param>
/// <param name="Chunks">Chunks computed.</param>
/// <param name="Seconds">From the first chunk to the last.</param>
public sealed record MeasuredRun(long Tokens, int ChunkTokens, int Chunks, double Seconds)
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };

    /// <summary>Reads a file of measured runs.</summary>
    public static IReadOnlyList<MeasuredRun> Read(string path) =>
        JsonSerializer.Deserialize<List<MeasuredRun>>(File.ReadAllText(path), JsonSerializerOptions.Web) ?? [];

    /// <summary>Writes such a file.</summary>
    public static void Write(string path, IReadOnlyList<MeasuredRun> runs) =>
        File.WriteAllText(path, JsonSerializer.Serialize(runs, Indented) + "\n");
}
