using System.Runtime.InteropServices;
using AeServerless.Engine.IO;
using AeServerless.Engine.Results.Summary;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Views;

/// <summary>Values of some latents at the tokens around their examples.</summary>
public sealed class ContextValues
{
    private readonly Dictionary<(int Latent, long Sequence, int Position), float> _values = [];

    private ContextValues()
    {
    }

    /// <summary>A latent's value at a token; 0 where it has none.</summary>
    public float Of(int latent, long sequence, int position) => _values.GetValueOrDefault((latent, sequence, position));

    /// <summary>Reads values from a file of latents at every token, which is read once from first to last.</summary>
    /// <param name="latents">A file <c>latents/{scalar}/{layer}</c>.</param>
    /// <param name="wanted">The latents with their examples, of the first scalar.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<ContextValues> ReadAsync(
        IByteSource latents, IReadOnlyList<LatentSummary> wanted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(wanted);
        var rows = new LatentRows(await SafetensorsFile.OpenAsync(latents, cancellationToken));
        var lengths = await rows.SequenceLengthsAsync(cancellationToken);
        var starts = new long[lengths.Length + 1];
        for (var sequence = 0; sequence < lengths.Length; sequence++)
        {
            starts[sequence + 1] = starts[sequence] + lengths[sequence];
        }

        // By row, the latents whose value is wanted there.
        var places = new Dictionary<long, List<(int Latent, long Sequence, int Position)>>();
        foreach (var latent in wanted)
        {
            foreach (var example in latent.Scalars[0].Top.Concat(latent.Scalars[0].Bottom).Concat(latent.Scalars[0].Random))
            {
                for (var i = 0; i < example.Context?.Tokens.Count && example.Sequence < lengths.Length; i++)
                {
                    var position = example.Context.FirstPosition + i;
                    ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, starts[example.Sequence] + position, out _);
                    (place ??= []).Add((latent.Latent, example.Sequence, position));
                }
            }
        }

        var found = new ContextValues();
        await foreach (var block in rows.ReadAsync(withValues: true, cancellationToken))
        {
            found.Take(block, places);
        }

        return found;
    }

    private void Take(LatentBlock block, Dictionary<long, List<(int Latent, long Sequence, int Position)>> places)
    {
        for (var token = 0; token < block.Tokens && !block.Values.IsEmpty; token++)
        {
            if (places.TryGetValue(block.FirstToken + token, out var wanted))
            {
                foreach (var place in wanted)
                {
                    var at = block.Of(token).IndexOf(place.Latent);
                    if (at >= 0)
                    {
                        _values[place] = block.Values.Span[block.Starts[token] + at];
                    }
                }
            }
        }
    }
}
