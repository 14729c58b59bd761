using AeServerless.Engine.Tensors;
using AeServerless.Exports.Latents;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Arrays;

/// <summary>SAELens's <c>sparsity.safetensors</c>: log10 of how often each latent is active, for each scalar and layer.</summary>
public sealed class SparsityFormat : IExportFormat
{
    // What SAELens adds, so that a latent that is never active is exactly -10.
    private const float Least = 1e-10f;

    /// <inheritdoc/>
    public string Name => "sparsity";

    /// <inheritdoc/>
    public string Summary => "SAELens: sparsity.safetensors, log10 frequency of each latent";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public async Task WriteAsync(ExportSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        session.Lose("only how often each latent is not zero is kept, as a float32 logarithm, over the tokens of the dataset");
        foreach (var scalar in (await session.ScalarsAsync(cancellationToken)).Where(scalar => scalar.Shape == ScalarShape.Latents))
        {
            var unitName = $"{scalar.Name}-{scalar.Layer}";
            if (session.IsDone(unitName))
            {
                continue;
            }

            var counts = await LatentCounts.ReadAsync(LatentSet.Of(scalar), cancellationToken);
            var sparsity = new float[scalar.Width];
            for (var latent = 0; latent < sparsity.Length; latent++)
            {
                sparsity[latent] = MathF.Log10(((float)counts.NonZero[latent] / Math.Max(1, scalar.Tokens)) + Least);
            }

            var unit = session.Begin(unitName);
            await unit.WriteAsync(
                $"{scalar.Name}/{scalar.Layer}/sparsity.safetensors", content => WriteAsync(content, sparsity), cancellationToken);
            await unit.CompleteAsync(cancellationToken);

            async Task WriteAsync(Stream content, float[] values)
            {
                await using var writer = await SafetensorsWriter.CreateAsync(
                    content, [new TensorSpec("sparsity", TensorDtype.F32, [values.Length])], null, cancellationToken);
                await writer.WriteAsync(values, cancellationToken);
                await writer.CompleteAsync(cancellationToken);
            }
        }
    }
}
