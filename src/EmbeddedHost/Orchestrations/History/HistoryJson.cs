using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AeServerless.EmbeddedHost.Orchestrations.History;

/// <summary>Pages as bytes: Brotli over JSON, since a history repeats itself much.</summary>
internal static class HistoryJson
{
    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static byte[] Write(HistoryPage page)
    {
        using var bytes = new MemoryStream();
        using (var brotli = new BrotliStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            JsonSerializer.Serialize(brotli, page, Options);
        return bytes.ToArray();
    }

    public static HistoryPage Read(byte[] bytes)
    {
        using var brotli = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<HistoryPage>(brotli, Options) ?? throw new InvalidDataException("A history page is empty.");
    }
}
