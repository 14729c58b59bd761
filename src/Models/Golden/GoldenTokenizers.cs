using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Models.Tokenizers;
using AeServerless.Models.Weights;

namespace AeServerless.Models.Golden;

/// <summary>
/// Checks tokenizers against recorded ids: folders with <c>tokenizer.json</c> and <c>cases.json</c>, folders in them with other forms of
/// the same tokenizer, and <c>refuse</c>, whose files must be refused.
/// </summary>
public static class GoldenTokenizers
{
    private const string Cases = "cases.json";
    private const string TokenizerFile = "tokenizer.json";

    /// <summary>Checks a folder, or all folders of a directory, with all forms in them.</summary>
    /// <exception cref="InvalidInputException">There is no golden data.</exception>
    public static async Task<IReadOnlyList<GoldenCheck>> CheckAsync(string directory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var checks = new List<GoldenCheck>();
        foreach (var (name, files, data) in Forms(directory))
        {
            checks.Add(files is null
                ? await GoldenRefusals.CheckAsync(data, cancellationToken)
                : await CheckFormAsync(name, files, data, cancellationToken));
        }

        return checks;
    }

    /// <summary>
    /// What there is to check below a directory: a name, the files of a tokenizer (null where files must be refused), the folder of the
    /// data.
    /// </summary>
    public static IReadOnlyList<(string Name, IModelFiles? Files, string Data)> Forms(string directory)
    {
        var forms = new List<(string, IModelFiles?, string)>();
        foreach (var folder in GoldenFolders.With(Cases, directory))
        {
            var name = Path.GetFileName(folder);
            if (!File.Exists(Path.Combine(folder, TokenizerFile)))
            {
                forms.Add((name, null, folder));
                continue;
            }

            forms.Add((name, new ModelFolder(folder), folder));
            if (File.Exists(Path.Combine(folder, "merges.txt")))
            {
                // Without the newer file the older ones are read.
                var older = new ModelFolder(folder, new Dictionary<string, string> { [TokenizerFile] = "none" });
                forms.Add(($"{name} without {TokenizerFile}", older, folder));
            }

            foreach (var form in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
            {
                if (File.Exists(Path.Combine(form, TokenizerFile)))
                {
                    var data = File.Exists(Path.Combine(form, Cases)) ? form : folder;
                    forms.Add(($"{name}/{Path.GetFileName(form)}", new ModelFolder(form), data));
                }
            }
        }

        return forms;
    }

    /// <summary>Checks one tokenizer against the data of a folder.</summary>
    public static async Task<GoldenCheck> CheckFormAsync(
        string name, IModelFiles files, string data, CancellationToken cancellationToken = default)
    {
        TextTokenizer tokenizer;
        try
        {
            tokenizer = await TextTokenizer.LoadAsync(files, cancellationToken);
        }
        catch (InvalidInputException e)
        {
            return new GoldenCheck(name, 1, [e.Message], 0);
        }

        using (tokenizer)
        {
            using var cases = await ReadAsync(data, Cases, cancellationToken);
            using var tokens = await ReadAsync(data, "tokens.json", cancellationToken);
            using var speed = await ReadAsync(data, "speed.json", cancellationToken);
            var added = tokens?.RootElement.EnumerateArray()
                .Where(token => token.TryGetProperty("added", out _))
                .Select(token => token.GetProperty("id").GetInt32());
            var comparison = new TokenizerComparison(tokenizer, (added ?? []).ToHashSet());
            foreach (var entry in cases!.RootElement.GetProperty("cases").EnumerateArray())
            {
                cancellationToken.ThrowIfCancellationRequested();
                comparison.Case(entry);
            }

            if (tokens is not null)
            {
                comparison.Tokens(tokens.RootElement);
            }

            if (speed is not null)
            {
                comparison.LongTexts(speed.RootElement);
            }

            return new GoldenCheck(name, comparison.Checked, comparison.Failures, 0);
        }
    }

    private static async Task<JsonDocument?> ReadAsync(string folder, string file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken)) : null;
    }
}
