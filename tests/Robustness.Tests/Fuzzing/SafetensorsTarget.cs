using System.Buffers.Binary;
using AeServerless.Engine.Tensors;

namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>Safetensors files: the header and every tensor of it.</summary>
internal static class SafetensorsTarget
{
    private const int LengthPrefix = sizeof(ulong);

    public static byte[][] Grammar { get; } = Words.Of(
        "__metadata__", "\"dtype\":\"F32\"", "\"F64\"", "\"F16\"", "\"BF16\"", "\"I64\"", "\"I32\"", "\"U8\"", "\"BOOL\"", "\"F33\"",
        "\"shape\":[1]", "\"shape\":[]", "\"shape\":[0]",
        "\"data_offsets\":[0,4]", "[4294967296,4294967296]", "[0,9223372036854775807]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", ",\"a\":");

    public static FuzzTarget Create() => new("safetensors", 40_000, [Seed(), Minimal(), Empty()], Grammar, Parse) { Mutate = MutateFile };

    /// <summary>Damages header or data, and puts the header's length right more often than not: or little would get past it.</summary>
    public static byte[] MutateFile(Mutator mutator, byte[] file)
    {
        if (mutator.Random.Next(5) == 0)
        {
            return mutator.Mutate(file);
        }

        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        var header = file[LengthPrefix..(LengthPrefix + length)];
        var data = file[(LengthPrefix + length)..];
        var (left, right) = mutator.Random.Next(4) == 0 ? (header, mutator.Mutate(data)) : (mutator.Mutate(header), data);
        var declared = (ulong)left.Length;
        var prefix = new byte[LengthPrefix];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, mutator.Random.Next(10) == 0 ? mutator.Length(declared) : declared);
        return [.. prefix, .. left, .. right];
    }

    private static void Parse(byte[] bytes)
    {
        var file = Synchronously.Run(SafetensorsFile.OpenAsync(new CountingByteSource("file.safetensors", bytes), CancellationToken.None));
        foreach (var (name, entry) in file.Tensors)
        {
            switch (entry.Dtype)
            {
                case TensorDtype.I64: Synchronously.Run(file.ReadInt64Async(name, CancellationToken.None)); break;
                case TensorDtype.I32: Synchronously.Run(file.ReadInt32Async(name, CancellationToken.None)); break;
                case TensorDtype.F64: Synchronously.Run(file.ReadDoublesAsync(name, CancellationToken.None)); break;
                case TensorDtype.U8 or TensorDtype.Bool: break;
                default: Synchronously.Run(file.ReadFloatsAsync(name, CancellationToken.None)); break;
            }
        }
    }

    private static byte[] Seed() => SafetensorsBytes.Of(
        new Dictionary<string, string> { ["format"] = "pt" },
        (new("exact", TensorDtype.F64, [2]), new[] { 1e300, -0.0 }),
        (new("ids", TensorDtype.I64, [2]), new[] { 1L, long.MaxValue }),
        (new("weights", TensorDtype.F32, [3, 2]), new float[] { 1, -2, float.NaN, float.PositiveInfinity, 0, 5 }),
        (new("counts", TensorDtype.I32, [1, 1, 2]), new[] { 7, -7 }),
        (new("none", TensorDtype.F32, [0, 5]), Array.Empty<float>()),
        (new("half", TensorDtype.F16, [2, 2]), new float[4]),
        (new("brain", TensorDtype.BF16, [4]), new float[4]),
        (new("flags", TensorDtype.U8, [3]), new byte[3]));

    private static byte[] Minimal() => SafetensorsBytes.Of(null, (new("a", TensorDtype.F32, []), new float[1]));

    private static byte[] Empty() => SafetensorsBytes.Of(null);
}
