namespace AeServerless.Engine.Statistics.Examples;

/// <summary>A value that may be drawn, and its token.</summary>
/// <param name="Key">Its place in the draw: the lowest are drawn.</param>
/// <param name="Value">The value.</param>
/// <param name="Place">The token.</param>
internal readonly record struct DrawnExample(uint Key, float Value, TokenPlace Place)
{
    /// <summary>Whether it is drawn before <paramref name="other"/>: the lower key first, equal ones in the order of the dataset.</summary>
    public bool Precedes(in DrawnExample other) => Key != other.Key ? Key < other.Key : IsBefore(Place, other.Place);

    /// <summary>Whether a token comes before another in the dataset.</summary>
    public static bool IsBefore(in TokenPlace place, in TokenPlace other) =>
        place.Sequence != other.Sequence ? place.Sequence < other.Sequence : place.Position < other.Position;

    /// <summary>Keeps the first of a list and one more.</summary>
    /// <param name="list">The list's room: as many as it can keep.</param>
    /// <param name="count">How many it has, in order.</param>
    /// <param name="offered">Another.</param>
    /// <returns>How many it has then.</returns>
    public static int Keep(Span<DrawnExample> list, int count, in DrawnExample offered)
    {
        if (count == list.Length)
        {
            if (count == 0 || !offered.Precedes(list[count - 1]))
            {
                return count;
            }

            count--;
        }

        var at = count;
        for (; at > 0 && offered.Precedes(list[at - 1]); at--)
        {
            list[at] = list[at - 1];
        }

        list[at] = offered;
        return count + 1;
    }
}
