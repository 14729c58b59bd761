using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>Damages inputs as a seed says: the same seed gives the same damage.</summary>
/// <param name="random">The source of every choice.</param>
/// <param name="seeds">Valid inputs, to be spliced together.</param>
/// <param name="words">Pieces of the format's grammar.</param>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> seeds, IReadOnlyList<byte[]> words)
{
    private const int MostSteps = 6;
    private const int LongestRun = 64;
    private const int DeepestNesting = 200;
    private const int LongestInput = 1 << 16;

    private static readonly byte[][] Numbers =
    [
        .. new[]
        {
            "0", "1", "-1", "2", "3", "7", "255", "2147483647", "2147483648", "-2147483648", "4294967296", "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808", "18446744073709551616", "1e400", "-1e-400", "1.5", "1e9", "0x10", "NaN", "00",
            "99999999999999999999999999", "100000000",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] Texts =
    [
        .. new[]
        {
            "", "null", "true", "{}", "[]", "\"\"", "\"..\"", "\"../../etc/passwd\"", "\"a/b\"", "\"\\u0000\"", "\"\\ud800\"",
            "\"\\u001b[31m\"", "\"\\r\\n\"",
            "\"\u202e\"", "{\"a\":{}}", "[[[[]]]]", ",", ":", "\"", "{layer}", "\\", "/*", "\"\u2028\"", "\"\u0085\"",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff, 0xfe], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x22, 0xff, 0x22], [0xef, 0xbb, 0xbf], [0x00], [0x1b, 0x5b],
        [0x22, 0xc2, 0x9b, 0x22],
    ];

    private static readonly ulong[] Lengths =
    [
        0, 1, 7, 8, 9, 255, 65536, int.MaxValue, (ulong)int.MaxValue + 1, uint.MaxValue, long.MaxValue, (
            ulong)long.MaxValue + 1, ulong.MaxValue, 100_000_000, 100_000_001,
    ];

    /// <summary>The source of every choice.</summary>
    public Random Random => random;

    /// <summary>One damage, or up to six on top of another: a single one gets furthest.</summary>
    public byte[] Mutate(byte[] input)
    {
        for (var steps = random.Next(2) == 0 ? 1 : random.Next(2, MostSteps + 1); steps > 0; steps--)
        {
            input = Step(input);
            if (input.Length > LongestInput)
            {
                input = input[..LongestInput];
            }
        }

        return input;
    }

    /// <summary>A length field as hostile files have it.</summary>
    public ulong Length(ulong right) => random.Next(3) switch
    {
        0 => Pick(Lengths),
        1 => right + (ulong)random.Next(-9, 10),
        _ => (ulong)random.NextInt64(),
    };

    private byte[] Step(byte[] input) => random.Next(14) switch
    {
        0 => Edit(input, bytes => bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8))),
        1 => Edit(input, bytes => bytes[random.Next(bytes.Length)] = (byte)random.Next(256)),
        2 => Edit(input, OverwriteLength),
        3 => Replace(input, Span(input), []),
        4 => Replace(input, At(input), input[Span(input)]),
        5 => Replace(input, At(input), Noise()),
        6 => Replace(input, At(input), Pick(Texts)),
        7 => Replace(input, Span(input), Pick(Texts)),
        8 => words.Count > 0
            ? Replace(input, random.Next(2) == 0 ? At(input) : Span(input), Pick(words))
            : Replace(input, At(input), Noise()),
        9 => input[..random.Next(input.Length + 1)],
        10 => Splice(input),
        11 => Replace(input, Run(input, char.IsAsciiDigit), Pick(Numbers)),
        12 => Replace(input, Run(input, c => c is not '"'), words.Count > 0 && random.Next(2) == 0 ? Pick(words) : Pick(Texts)),
        _ => Nest(input),
    };

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private static byte[] Edit(byte[] input, Action<byte[]> edit)
    {
        if (input.Length == 0)
        {
            return [0];
        }

        var copy = (byte[])input.Clone();
        edit(copy);
        return copy;
    }

    private static byte[] Replace(byte[] input, Range range, byte[] by)
    {
        var (start, length) = range.GetOffsetAndLength(input.Length);
        return [.. input.AsSpan(0, start), .. by, .. input.AsSpan(start + length)];
    }

    private void OverwriteLength(byte[] bytes)
    {
        Span<byte> field = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(field, Length(0));
        var at = random.Next(bytes.Length);
        field[..Math.Min(field.Length, bytes.Length - at)].CopyTo(bytes.AsSpan(at));
    }

    private byte[] Noise()
    {
        var noise = new byte[random.Next(1, LongestRun)];
        random.NextBytes(noise);
        return noise;
    }

    private byte[] Splice(byte[] input)
    {
        var other = Pick(seeds);
        return [.. input.AsSpan(0, random.Next(input.Length + 1)), .. other.AsSpan(random.Next(other.Length + 1))];
    }

    private byte[] Nest(byte[] input)
    {
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        var depth = random.Next(1, DeepestNesting);
        var builder = new StringBuilder(depth * 6).Insert(0, open, depth).Append(CultureInfo.InvariantCulture, $"{random.Next(10)}");
        return Replace(
            input,
            random.Next(2) == 0 ? At(input) : Span(input),
            Encoding.UTF8.GetBytes(builder.Insert(builder.Length, close, depth).ToString()));
    }

    private Range At(byte[] input)
    {
        var at = random.Next(input.Length + 1);
        return at..at;
    }

    private Range Span(byte[] input)
    {
        var at = random.Next(input.Length + 1);
        return at..Math.Min(input.Length, at + random.Next(LongestRun));
    }

    /// <summary>The run of like characters nearest after a random place, such as a number or what stands between two quotes.</summary>
    private Range Run(byte[] input, Func<char, bool> like)
    {
        var start = random.Next(input.Length + 1);
        while (start < input.Length && !like((char)input[start]))
        {
            start++;
        }

        while (start > 0 && start < input.Length && like((char)input[start - 1]))
        {
            start--;
        }

        var end = start;
        while (end < input.Length && like((char)input[end]))
        {
            end++;
        }

        return start..end;
    }
}
