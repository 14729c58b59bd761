using AeServerless.Engine.Datasets;
using AeServerless.Models;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;

namespace AeServerless.Capture.Tests;

/// <summary>A sequence in a shard, compared with what the model computes of it.</summary>
internal static class RecordedSequence
{
    public static async Task RequireAsync(
        HookedModel model, Shard shard, long row, int[] sequence, CancellationToken cancellationToken)
    {
        var ids = new long[sequence.Length];
        await shard.ReadTokensAsync(row, ids, cancellationToken);
        Assert.Equal(sequence.Select(id => (long)id), ids);

        var sites = shard.Recorded.Keys.Select(name => (name.Pass, Site: new ActivationSite(name.Location, name.Layer))).ToList();
        using var recording = model.Record([sequence], new RecordingRequest
        {
            Forward = [.. sites.Where(site => site.Pass == PassType.Forward).Select(site => site.Site)],
            Backward =
                [new(LossDescription.CrossEntropy, [.. sites.Where(site => site.Pass == PassType.Backward).Select(site => site.Site)])],
        });
        foreach (var (name, entry) in shard.Recorded)
        {
            var site = new ActivationSite(name.Location, name.Layer);
            var expected = name.Pass == PassType.Forward ? recording.Forward[site] : recording.Backward[0].Gradients[site];
            var values = new float[sequence.Length * entry.RowWidth];
            await shard.File.ReadRowsAsync(entry, row, values.AsMemory(), cancellationToken);
            RequireClose(name.ToString(), TensorReader.Values(expected), values);
        }
    }

    private static void RequireClose(string name, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        var (scale, worst) = (0f, 0f);
        for (var i = 0; i < expected.Length; i++)
        {
            scale = Math.Max(scale, Math.Abs(expected[i]));
            worst = Math.Max(worst, Math.Abs(expected[i] - actual[i]));
        }

        Assert.True(worst <= 1e-5 * scale, $"{name}: {worst} of {scale}");
    }
}
