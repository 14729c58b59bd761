using System.IO.Compression;
using System.Text.Json;
using AeServerless.TestSupport;

namespace AeServerless.Exports.Tests;

public sealed class HostileTextTests : IDisposable
{
    private static readonly string[] Texts =
    [
        "\"", "'", "\n", "\r\n", "\t", "\u0000", "\u001F", "\u007F", "\\", "</script>", "\u2028",
        "a\u0301", "\uFFFD", "\uD83D\uDE00", "\uD800x", "",
    ];

    private readonly TemporaryFolder _folder = new();

    [Theory(Timeout = 60_000)]
    [InlineData("neuron-record")]
    [InlineData("circuit-tracer")]
    [InlineData("saedashboard")]
    [InlineData("neuronpedia")]
    public async Task Tokens_HaveTheirTextsInJson(string format)
    {
        var synthetic = new SyntheticRun(_folder.File("run"), 4, 64, 8, 4) { Vocabulary = Texts.Length };
        var run = await synthetic.WriteAsync(TestContext.Current.CancellationToken) with { TokenText = id => Texts[id] };
        await Exports.ToAsync(_folder.File("out"), format, run, cancellationToken: TestContext.Current.CancellationToken);

        var seen = new HashSet<string>();
        foreach (var (name, bytes) in Exports.Read(_folder.File("out")).Where(file => file.Key.Contains(".json", StringComparison.Ordinal)))
        {
            foreach (var line in Lines(name, bytes))
            {
                using var json = JsonDocument.Parse(line);
                Collect(json.RootElement, seen);
            }
        }

        Assert.Equal(
            Texts.Select((text, id) => text switch { "" => $"<{id}>", "\uD800x" => "\uFFFDx", _ => text }).Order(StringComparer.Ordinal),
            seen.Order(StringComparer.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Lines(string name, byte[] bytes)
    {
        using var memory = new MemoryStream(bytes);
        using Stream plain = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(memory, CompressionMode.Decompress) : memory;
        using var reader = new StreamReader(plain);
        var text = reader.ReadToEnd();
        return name.Contains("jsonl", StringComparison.Ordinal) ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [text];
    }

    private static void Collect(JsonElement json, HashSet<string> seen)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            json.EnumerateArray().ToList().ForEach(item => Collect(item, seen));
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in json.EnumerateObject())
            {
                if (field.Name == "tokens" && field.Value.ValueKind == JsonValueKind.Array)
                {
                    seen.UnionWith(field.Value.EnumerateArray().Select(token => token.GetString()!));
                }
                else
                {
                    Collect(field.Value, seen);
                }
            }
        }
    }
}
