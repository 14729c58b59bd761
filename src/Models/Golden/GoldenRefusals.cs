using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Models.Tokenizers;

namespace AeServerless.Models.Golden;

/// <summary>Checks that faulty tokenizers are refused, and sound ones among them are not.</summary>
internal static class GoldenRefusals
{
    public static async Task<GoldenCheck> CheckAsync(string folder, CancellationToken cancellationToken)
    {
        using var cases = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "cases.json"), cancellationToken));
        var failures = new List<string>();
        var count = 0;
        foreach (var entry in cases.RootElement.GetProperty("cases").EnumerateArray())
        {
            var file = entry.GetProperty("file").GetString()!;
            var accepts = entry.GetProperty("expected").GetString() == "accept";
            var refusal = await RefusalAsync(Path.Combine(folder, file), file, cancellationToken);
            count++;
            if (accepts != refusal is null)
            {
                failures.Add(refusal ?? $"{file}: is accepted; its fault: {entry.GetProperty("fault").GetString()}");
            }
        }

        return new GoldenCheck(Path.GetFileName(folder), count, failures, 0);
    }

    /// <summary>Why a file is refused; null where it is accepted.</summary>
    public static async Task<string?> RefusalAsync(string path, string subject, CancellationToken cancellationToken)
    {
        try
        {
            TextTokenizer.Parse(await File.ReadAllBytesAsync(path, cancellationToken), subject).Dispose();
            return null;
        }
        catch (InvalidInputException e)
        {
            return e.Message;
        }
    }
}
