using System.Text;

namespace AeServerless.Engine.IO;

internal static class Characters
{
    /// <summary>Whether the text is valid Unicode without control characters.</summary>
    public static bool AreClean(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != System.Buffers.OperationStatus.Done || Rune.IsControl(rune))
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }
}
