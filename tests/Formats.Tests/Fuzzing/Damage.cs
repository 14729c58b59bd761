using System.Text;
using CsCheck;

namespace AeServerless.Formats.Tests.Fuzzing;

/// <summary>A few changes to a file, most of them where its structure lies.</summary>
internal static class Damage
{
    private const int MostSteps = 5;
    private const int LongestRun = 24;

    private static readonly string[] Words =
    [
        "0", "-1", "1e400", "2147483648", "9223372036854775807", "99999999999999999999", "null", "true", "false", "\"\"", "[]", "{}",
        "\"topk\"",
        "\"relu\"", "\"none\"", "\"\\ud800\"", ",", ":", "}", "\"", "\u202e", "*a", "&a", "- ", "? ",
    ];

    /// <summary>Changed copies of the bytes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="places">Where its structure lies; half of the changes fall there.</param>
    public static Gen<byte[]> Of(byte[] file, params Range[] places) => Step(file.Length, places).List[1, MostSteps].Select(steps =>
    {
        var bytes = (byte[])file.Clone();
        foreach (var step in steps)
        {
            bytes = step(bytes);
        }

        return bytes;
    });

    private static Gen<Func<byte[], byte[]>> Step(int length, Range[] places)
    {
        var anywhere = Gen.Int[0, Math.Max(0, length - 1)];
        var inPlace = places.Length == 0 ? anywhere : Gen.OneOf([.. places.Select(place => Within(place.GetOffsetAndLength(length)))]);
        var at = Gen.OneOf(anywhere, inPlace);
        return Gen.OneOf(
            Gen.Select(at, Gen.Byte, Func<byte[], byte[]> (i, value) => bytes => Changed(bytes, i, value)),
            Gen.Select(at, Gen.Int[0, 7], Func<byte[], byte[]> (i, bit) => bytes => Flipped(bytes, i, bit)),
            Gen.Select(at, Gen.Byte.Array[4, 8], Func<byte[], byte[]> (i, run) => bytes => Overwritten(bytes, i, run)),
            Gen.Select(at, Gen.Int[1, LongestRun], Func<byte[], byte[]> (i, count) => bytes => Replaced(bytes, i, count, [])),
            Gen.Select(at, Gen.Int[0, LongestRun], AnyWord, Func<byte[], byte[]> (i, run, word) => bytes => Replaced(bytes, i, run, word)),
            Gen.Select(at, Gen.Int[1, LongestRun], at, Func<byte[], byte[]> (i, count, from) => bytes => Inserted(bytes, i, from, count)),
            Gen.Select(anywhere, Func<byte[], byte[]> (i) => bytes => Part(bytes, 0, i)));
    }

    private static Gen<int> Within((int Offset, int Length) place) => Gen.Int[place.Offset, place.Offset + Math.Max(0, place.Length - 1)];

    private static Gen<byte[]> AnyWord => Gen.Int[0, Words.Length - 1].Select(word => Encoding.UTF8.GetBytes(Words[word]));

    private static byte[] Flipped(byte[] bytes, int at, int bit) =>
        at < bytes.Length ? Changed(bytes, at, (byte)(bytes[at] ^ (1 << bit))) : bytes;

    private static byte[] Inserted(byte[] bytes, int at, int from, int count) => Replaced(bytes, at, 0, Part(bytes, from, count));

    private static byte[] Changed(byte[] bytes, int at, byte value) => Overwritten(bytes, at, [value]);

    private static byte[] Overwritten(byte[] bytes, int at, byte[] by)
    {
        for (var i = 0; i < by.Length && at + i < bytes.Length; i++)
        {
            bytes[at + i] = by[i];
        }

        return bytes;
    }

    private static byte[] Part(byte[] bytes, int start, int count) => [.. bytes.Skip(start).Take(count)];

    private static byte[] Replaced(byte[] bytes, int at, int count, byte[] by) => [.. bytes.Take(at), .. by, .. bytes.Skip(at + count)];
}
