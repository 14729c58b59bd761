using System.Globalization;
using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Tensors;

namespace AeServerless.Cli.Conversion;

/// <summary>
/// Activations that saev cached: <c>metadata.json</c>, <c>shards.json</c> and <c>acts….bin</c> of
/// <c>[examples, layers, tokens, width]</c>. Its three versions name the same numbers differently.
/// </summary>
internal static class SaevShards
{
    private const string Metadata = "metadata.json";
    private const string Shards = "shards.json";

    private static readonly string[] Examples = ["n_examples", "n_ex", "n_imgs"];
    private static readonly string[] Patches = ["content_tokens_per_example", "patches_per_ex", "n_patches_per_img"];
    private static readonly string[] Widths = ["d_model", "d_vit"];

    public static bool IsThere(string folder) =>
        File.Exists(Path.Combine(folder, Metadata)) && File.Exists(Path.Combine(folder, Shards));

    /// <summary>Opens a layer, <c>[examples, tokens, width]</c>.</summary>
    public static async Task<ArrayRows> OpenAsync(ArrayAddress address, CancellationToken cancellationToken)
    {
        var path = Path.Combine(address.Path, Metadata);
        try
        {
            using var metadata = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken));
            var root = metadata.RootElement;
            var type = root.TryGetProperty("dtype", out var named) ? named.GetString() : "float32";
            if (type != "float32")
            {
                throw new InvalidInputException(path, $"has the dtype '{type}'; saev's shards are float32");
            }

            var layers = root.GetProperty("layers").EnumerateArray().Select(layer => layer.GetInt32()).ToList();
            var place = Layer(address, layers);
            var tokens = Number(root, path, Patches) + (root.GetProperty("cls_token").GetBoolean() ? 1 : 0);
            var width = Number(root, path, Widths);
            var pieces = await PiecesAsync(address, place, layers.Count, tokens, width, cancellationToken);
            var examples = pieces.Sum(piece => piece.Shape[0]);
            return examples == Number(root, path, Examples) ? new StoredRows(address.Text, pieces) : throw new InvalidInputException(
                path, $"says {Number(root, path, Examples)} examples, but the shards have {examples}: the writing was cut");
        }
        catch (JsonException error)
        {
            throw InvalidInputException.NotJson(path, error);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidInputException(path, "is not one of saev's: layers, cls_token or a number is missing or of another type");
        }
    }

    private static int Layer(ArrayAddress address, List<int> layers)
    {
        if (address.Part is null && layers.Count == 1)
        {
            return 0;
        }

        return int.TryParse(address.Part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var layer)
            && layers.IndexOf(layer) is >= 0 and var place
                ? place
                : throw new InvalidInputException(
                    address.Text, $"has the layers {string.Join(", ", layers)}: say which, as {address.Path}#{layers.FirstOrDefault()}");
    }

    private static async Task<List<StoredTensor>> PiecesAsync(
        ArrayAddress address, int place, int layers, long tokens, long width, CancellationToken cancellationToken)
    {
        var path = Path.Combine(address.Path, Shards);
        using var shards = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken));
        var pieces = new List<StoredTensor>();
        foreach (var shard in shards.RootElement.EnumerateArray())
        {
            var name = shard.GetProperty("name").GetString() ?? "";
            if (Path.GetFileName(name) != name || name.Length == 0)
            {
                throw new InvalidInputException(path, $"names the shard '{name}'; a file of the folder is needed");
            }

            var examples = Number(shard, path, Examples);
            var source = new ReopenedFile(Path.Combine(address.Path, name));
            var row = (Int128)tokens * width;
            var bytes = row * layers * sizeof(float);

            // The last shard's file has room for as many examples as the others.
            if (source.Length < bytes * examples || source.Length % bytes != 0)
            {
                throw new InvalidInputException(
                    source.Name, $"has {source.Length} bytes; {examples} examples of [{layers}, {tokens}, {width}] are {bytes * examples}");
            }

            pieces.Add(new StoredTensor(
                source.Name,
                address.Part ?? "acts",
                TensorDtype.F32,
                [examples, tokens, width],
                [(long)row * layers, width, 1],
                source,
                place * (long)row * sizeof(float)));
        }

        return pieces;
    }

    private static long Number(JsonElement element, string path, string[] names)
    {
        foreach (var name in names)
        {
            if (element.TryGetProperty(name, out var value))
            {
                return value.GetInt64() is > 0 and <= int.MaxValue and var number
                    ? number
                    : throw new InvalidInputException($"{path}, '{name}'", "must be 1 or more");
            }
        }

        throw new InvalidInputException(path, $"has none of the fields {string.Join(", ", names)}");
    }
}
