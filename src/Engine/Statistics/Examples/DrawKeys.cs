using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Statistics.Examples;

/// <summary>
/// Keys of tokens in a draw: hashes, so that the lowest are a random sample. They depend on the seed, the sequence's token ids and the
/// token's row in its shard, and on nothing that depends on how a dataset is cut into chunks or where in it a shard stands.
/// </summary>
internal static class DrawKeys
{
    private const int KeyShift = 32;

    /// <summary>What the keys of a sequence's tokens share.</summary>
    /// <param name="seed">The recipe's seed.</param>
    /// <param name="tokenIds">The sequence's token ids; empty where they are not known.</param>
    public static ulong OfSequence(int seed, ReadOnlySpan<long> tokenIds)
    {
        var hash = HashMix.Mix((ulong)seed);
        foreach (var id in tokenIds)
        {
            hash = HashMix.Mix(hash ^ (ulong)id);
        }

        return hash;
    }

    /// <summary>The key of a token.</summary>
    /// <param name="sequence">Of its sequence, see <see cref="OfSequence"/>.</param>
    /// <param name="row">Its row in the shard.</param>
    public static uint Of(ulong sequence, long row) => (uint)(HashMix.Mix(sequence + (ulong)row) >> KeyShift);

    /// <summary>The key of a token of which only the place is known.</summary>
    public static uint Of(int seed, in TokenPlace place) =>
        Of(HashMix.Mix(OfSequence(seed, [place.Token]) ^ (ulong)place.Sequence), place.Position);
}
