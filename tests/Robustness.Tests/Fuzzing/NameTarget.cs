using System.Text;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;

namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>Names and paths that become parts of addresses. What is taken stays within its container.</summary>
internal static class NameTarget
{
    public static FuzzTarget Create() => new(
        "names",
        20_000,
        Words.Of("kjv-gpt2", "shards/00000.safetensors", "models/kjv-gpt2/", "resid.post_mlp/backward/3", "resid.post_emb/forward/none"),
        Words.Of("..", "/", "//", "../", "\\", "./", "%2e%2e", "%2f", "*", "?", "#", ":", " ", "\u00e9", "\ud83d\ude00", "\u200b"),
        Parse);

    private static void Parse(byte[] bytes)
    {
        // Every byte sequence is some UTF-16 text, halves of surrogate pairs included.
        var text = bytes.Length % 2 == 0 && bytes.Contains((byte)0) ? Encoding.Unicode.GetString(bytes) : Encoding.UTF8.GetString(bytes);
        RequireInside(Validated(DatasetName.Validate), text);
        RequireInside(Validated(path => BlobPath.Validate(path)), text);
        RequireInside(Validated(path => BlobPath.ValidateFolder(path)), text);
        if (text.Contains("ward", StringComparison.Ordinal))
        {
            TensorNames.Parse(text, "shard");
        }
        else
        {
            DatasetName.Validate(text.Replace('/', '-'));
        }
    }

    private static Func<string, string?> Validated(Func<string, string> validate) => text =>
    {
        try
        {
            return validate(text);
        }
        catch (Engine.InvalidInputException)
        {
            return null;
        }
    };

    private static void RequireInside(Func<string, string?> validate, string text)
    {
        if (validate(text) is { } name
            && (
                name.Contains('\\') || name.StartsWith('/') || name.Split('/').SkipLast(1).Append(name.TrimEnd('/').Split('/')[^1]).Any(
                    part => part is "" or "." or "..")))
        {
            throw new InvalidOperationException($"'{name}' was taken for a name.");
        }
    }
}
