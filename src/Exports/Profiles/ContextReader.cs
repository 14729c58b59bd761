using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Profiles;

/// <summary>Reads tokens around an example, and a latent's values at them.</summary>
/// <param name="tokens">The dataset's ids.</param>
/// <param name="most">Tokens at most: longer sequences are cut, the example in the middle.</param>
internal sealed class ContextReader(LocalTokenIds tokens, int most)
{
    /// <summary>The tokens of the row's sequence.</summary>
    /// <param name="profile">The latent.</param>
    /// <param name="row">The token that it is about.</param>
    /// <param name="skipFirst">Whether the sequence's first token is left out.</param>
    public Context Read(LatentProfile profile, long row, bool skipFirst = false)
    {
        var sequence = profile.Sequences.Find(row);
        var (start, end) = (profile.Sequences.Start(sequence), profile.Sequences.Start(sequence + 1));
        start += skipFirst && end - start > 1 ? 1 : 0;
        if (end - start > most)
        {
            start = Math.Clamp(row - (most / 2), start, end - most);
            end = start + most;
        }

        var (ids, values) = (new int[end - start], new float[end - start]);
        tokens.Read(start, ids);
        profile.Fill(start, values);
        return new Context(start, ids, values, (int)(row - start));
    }
}
