using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Tensors;

namespace AeServerless.Capture;

/// <summary>Tells whether a shard is made of the same model, autoencoders, request and tokens.</summary>
internal static class CaptureFingerprint
{
    // Goes up when the same input gives other bytes.
    private const string Version = "2";

    /// <summary>SHA-256, lower-case hexadecimal.</summary>
    public static string Compute(CaptureRequest request, IReadOnlyList<TensorSpec> tensors, IReadOnlyList<int[]> sequences)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text) => hash.AppendData(System.Text.Encoding.UTF8.GetBytes(text + "\n"));
        Add(Version);
        Add(request.SourceFingerprint);
        Add(Describe(request.Backward));
        foreach (var tensor in tensors)
        {
            Add($"{tensor.Name} {tensor.Dtype.Name()} [{string.Join(',', tensor.Shape)}]");
        }

        foreach (var sequence in sequences)
        {
            Add(sequence.Length.ToString(CultureInfo.InvariantCulture));
            hash.AppendData(MemoryMarshal.AsBytes<int>(sequence));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Describe(BackwardDescription? backward) => backward is null
        ? "none"
        : $"{backward.Loss} {string.Join(',', backward.Targets)} {string.Join(',', backward.AntiTargets)}"
            + (backward.Trace is { } trace ? $" {trace.GetRawText()}" : "");
}
