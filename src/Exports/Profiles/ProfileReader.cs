using AeServerless.Exports.Latents;
using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Profiles;

/// <summary>Makes profiles of a range of latents, each of bounded size.</summary>
/// <param name="spill">The values by latent.</param>
/// <param name="sequences">The run's sequences.</param>
/// <param name="lose">Told of a latent with more values than a profile holds, and of values that are not finite.</param>
internal sealed class ProfileReader(LatentSpill spill, SequenceMap sequences, Action<string> lose)
{
    private const int MostValues = 1 << 24;

    /// <summary>A profile of every latent of the range, those without values too.</summary>
    /// <param name="range">The range.</param>
    /// <param name="ignored">Token ids at which values are left out.</param>
    /// <param name="scale">What values are multiplied by, by latent.</param>
    public IEnumerable<LatentProfile> Read(int range, IReadOnlySet<int>? ignored = null, Func<int, float>? scale = null)
    {
        List<long> rows = [];
        List<float> values = [];
        foreach (var part in spill.ByLatent(range))
        {
            for (var index = 0; index < part.Latents; index++)
            {
                var latent = part.FirstLatent + index;
                Take(part, index, scale?.Invoke(latent) ?? 1, ignored, rows, values);
                if (!part.GoesOn)
                {
                    yield return new LatentProfile(latent, [.. rows], [.. values], sequences);
                    rows.Clear();
                    values.Clear();
                }
            }
        }
    }

    private void Take(SortedLatents part, int index, float scale, IReadOnlySet<int>? ignored, List<long> rows, List<float> values)
    {
        var (start, length) = part.Of(index).GetOffsetAndLength(part.Entries);
        for (var i = start; i < start + length; i++)
        {
            var value = part.Values[0][i] * scale;
            if (!float.IsFinite(value))
            {
                lose("values that are not finite count as 0");
            }
            else if (rows.Count == MostValues)
            {
                lose(
                    $"latent {part.FirstLatent + index} has more than {MostValues} values: what is shown is of the first");
                return;
            }
            else if (value != 0 && ignored?.Contains(part.Token[i]) != true)
            {
                rows.Add(part.Row[i]);
                values.Add(value);
            }
        }
    }
}
