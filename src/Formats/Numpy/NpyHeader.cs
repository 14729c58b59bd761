using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Formats.Numpy;

/// <summary>The header of a .npy file: a Python dictionary of three entries, in a form that numpy always writes alike.</summary>
internal sealed partial record NpyHeader(TensorDtype Dtype, bool FortranOrder, IReadOnlyList<long> Shape, long DataOffset)
{
    private const int PrefixBytes = 12;
    private const int MostHeaderBytes = 1 << 16;
    private const int MostDimensions = 32;

    /// <summary>Reads the header of an array.</summary>
    /// <param name="source">The .npy file.</param>
    /// <param name="file">The file that messages name.</param>
    /// <param name="name">The array's name in it.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<NpyHeader> ReadAsync(IByteSource source, string file, string name, CancellationToken cancellationToken)
    {
        var subject = $"{file}, array '{name}'";
        if (source.Length < PrefixBytes)
        {
            throw new InvalidInputException(subject, $"{name} has a size of {source.Length} bytes, too few for a .npy header");
        }

        var prefix = new byte[PrefixBytes];
        await source.ReadAsync(0, prefix, cancellationToken);
        if (!prefix.AsSpan(0, 6).SequenceEqual(Magic) || prefix[6] is < 1 or > 3)
        {
            throw new InvalidInputException(subject, "is not a .npy file of version 1 to 3");
        }

        var (start, length) = prefix[6] == 1
            ? (10L, BinaryPrimitives.ReadUInt16LittleEndian(prefix.AsSpan(8)))
            : (12L, (long)BinaryPrimitives.ReadUInt32LittleEndian(prefix.AsSpan(8)));
        if (length > MostHeaderBytes || length > source.Length - start)
        {
            throw new InvalidInputException(subject, $"{name} declares a header of {length} bytes, a size beyond its entry's");
        }

        var bytes = new byte[length];
        await source.ReadAsync(start, bytes, cancellationToken);
        return Parse(subject, name, Encoding.Latin1.GetString(bytes), start + length);
    }

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private static NpyHeader Parse(string subject, string name, string text, long dataOffset)
    {
        if (HeaderPattern().Match(text) is not { Success: true } match)
        {
            throw new InvalidInputException(subject, "its header is not one that numpy writes for a plain array");
        }

        var descr = match.Groups["descr"].Value;
        var dtype = descr switch
        {
            "<f4" => TensorDtype.F32,
            "<f2" => TensorDtype.F16,
            "<f8" => TensorDtype.F64,
            "<i4" => TensorDtype.I32,
            "<i8" => TensorDtype.I64,
            "<u2" => TensorDtype.U16,
            "<u4" => TensorDtype.U32,
            "|O" => throw new InvalidInputException(
                subject,
                $"{name} is an object array, that is, a pickle, which is never run; float arrays are read"),
            _ => throw new InvalidInputException(subject, $"{name} is of type '{descr}'; <f4, <f2, <f8, <i4, <i8, <u2, <u4 are read"),
        };
        var shape = new List<long>();
        foreach (var part in match.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var dimension) || shape.Count == MostDimensions)
            {
                throw new InvalidInputException(subject, $"{name} shape ({match.Groups["shape"].Value}) has a size beyond any file's");
            }

            shape.Add(dimension);
        }

        return new NpyHeader(dtype, match.Groups["order"].Value == "True", shape, dataOffset);
    }

    [GeneratedRegex(
        @"\A\{'descr': '(?<descr>[^']{1,16})', 'fortran_order': (?<order>True|False), 'shape': \((?<shape>[0-9, ]{0,400})\),? ?\} *\n?\z")]
    private static partial Regex HeaderPattern();
}
