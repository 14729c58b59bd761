using System.Globalization;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>The file that says what a result covers.</summary>
internal static class TotalsFile
{
    private const string Sequences = "sequences";
    private const string Tokens = "tokens";

    // Beside each other for every autoencoder whose input's norms exclude tokens: median_norm/{autoencoder}/{layer} and …_from/….
    private const string Norms = "median_norm/";
    private const string NormsFrom = "median_norm_from/";

    public static async Task WriteAsync(IResultSink sink, ResultTotals totals, CancellationToken cancellationToken)
    {
        using var tensors = new TensorSet();
        tensors.Metadata["schema"] = ResultMetadata.Schema;
        tensors.Add(Sequences, [totals.Sequences]);
        tensors.Add(Tokens, [totals.Tokens]);
        foreach (var group in totals.MedianNorms.GroupBy(norm => (norm.Autoencoder, norm.Layer)))
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{group.Key.Autoencoder}/{group.Key.Layer}");
            double[] norms = [.. group.Select(norm => norm.Norm)];
            tensors.Add(
                Norms + place,
                TensorDtype.F64,
                [norms.Length],
                (writer, cancellation) => writer.WriteAsync(norms.AsMemory(), cancellation));
            tensors.Add(NormsFrom + place, [.. group.Select(norm => norm.FirstSequence)]);
        }

        await tensors.WriteAsync(sink, ResultNames.Totals, cancellationToken);
    }

    public static ResultTotals Read(LoadedResult file) => new(
        file.Numbers<long>(Sequences, TensorDtype.I64)[0],
        file.Numbers<long>(Tokens, TensorDtype.I64)[0])
    {
        MedianNorms =
        [
            .. file.File.Tensors.Keys.Where(name => name.StartsWith(Norms, StringComparison.Ordinal))
                .SelectMany(name => ReadNorms(file, name[Norms.Length..])),
        ],
    };

    private static List<MedianNorm> ReadNorms(LoadedResult file, string place)
    {
        var slash = place.LastIndexOf('/');
        var norms = file.Numbers<double>(Norms + place, TensorDtype.F64);
        var from = file.Numbers<long>(NormsFrom + place, TensorDtype.I64);
        if (slash < 1 || norms.Length != from.Length || !int.TryParse(place[(slash + 1)..], CultureInfo.InvariantCulture, out var layer))
        {
            throw file.Contradiction(Norms + place);
        }

        var read = new List<MedianNorm>(norms.Length);
        for (var i = 0; i < norms.Length; i++)
        {
            read.Add(new MedianNorm(place[..slash], layer, from[i], norms[i]));
        }

        return read;
    }
}
