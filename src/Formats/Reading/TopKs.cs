using AeServerless.Engine;

namespace AeServerless.Formats.Reading;

/// <summary>k of a TopK gate, from a file or the user.</summary>
internal static class TopKs
{
    /// <summary>The k of the files, or the user's where they have none.</summary>
    /// <param name="input">The input, with what the user said.</param>
    /// <param name="said">What the files say.</param>
    /// <param name="latents">Number of latents.</param>
    /// <param name="where">Where the files would say it.</param>
    /// <exception cref="InvalidInputException">
    /// Nobody says it, both say it differently, or it is not from 1 to the number of latents.
    /// </exception>
    public static int Require(FormatInput input, long? said, int latents, string where)
    {
        var subject = $"{input.Name}, {where}";
        if (said is { } file && input.Hints.K is { } user && file != user)
        {
            throw new InvalidInputException(subject, $"k is {file} in the files, and {user} was asked for: they contradict each other");
        }

        var k = said ?? input.Hints.K ?? throw new InvalidInputException(
            subject, "k is missing: a TopK gate needs it, and no default is taken. Say it by hand (k)");
        return k >= 1 && k <= latents
            ? (int)k
            : throw new InvalidInputException(subject, $"k is {k}; it has to be from 1 to {latents}, the number of latents");
    }
}
