using System.Runtime.CompilerServices;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Views;

/// <summary>Reads a file of latents at every token from first to last, a block at a time.</summary>
/// <param name="file">A file <c>latents/{scalar}/{layer}</c> of a latent-shaped scalar.</param>
internal sealed class LatentRows(SafetensorsFile file)
{
    private const int BlockTokens = 1 << 13;
    private const int BlockValues = 1 << 21;

    private readonly TensorEntry _starts = file.GetTensor(PerTokenTensors.RowStarts);
    private readonly TensorEntry _latents = file.GetTensor("indices");
    private readonly TensorEntry _values = file.GetTensor("values");
    private readonly TensorEntry? _excluded = file.Tensors.GetValueOrDefault(PerTokenTensors.Excluded);

    /// <summary>How many tokens there are.</summary>
    public long Tokens => _starts.Rows - 1;

    /// <summary>The file's sequences, by their lengths.</summary>
    public Task<int[]> SequenceLengthsAsync(CancellationToken cancellationToken) =>
        file.ReadInt32Async(PerTokenTensors.SequenceLengths, cancellationToken);

    /// <summary>The blocks, in order.</summary>
    /// <param name="withValues">Whether values are read too.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async IAsyncEnumerable<LatentBlock> ReadAsync(
        bool withValues, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = withValues && _values.Shape.Count == 1;
        for (var first = 0L; first < Tokens;)
        {
            var starts = new long[Math.Min(BlockTokens, Tokens - first) + 1];
            await file.ReadRowsAsync(_starts, first, starts, cancellationToken);

            // As many tokens as are few values, and one at least.
            var tokens = Array.FindLastIndex(starts, start => start - starts[0] <= BlockValues);
            tokens = Math.Max(1, tokens);
            var count = (int)(starts[tokens] - starts[0]);
            var latents = new int[count];
            var values = new float[wanted ? count : 0];
            var excluded = new byte[_excluded is null ? 0 : tokens];
            await file.ReadRowsAsync(_latents, starts[0], latents, cancellationToken);
            await file.ReadRowsAsync(_values, starts[0], values, cancellationToken);
            if (_excluded is not null)
            {
                await file.ReadRowsAsync(_excluded, first, excluded, cancellationToken);
            }

            int[] relative = [.. starts.Take(tokens + 1).Select(start => (int)(start - starts[0]))];
            yield return new LatentBlock(first, relative, latents, values, excluded);
            first += tokens;
        }
    }
}
