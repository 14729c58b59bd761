using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.IO;
using AeServerless.Engine.Runtime;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Engines;
using AeServerless.Formats.Reading;
using static System.FormattableString;

namespace AeServerless.Cli.Inspection;

/// <summary>How an autoencoder does on the first tokens of a dataset: a file that was misread shows itself there.</summary>
internal sealed class DatasetFigures
{
    private const int MostTokens = 4096;
    private const double FarL0 = 1.5;
    private const double FarFvu = 1.5;
    private const double NearFvu = 0.05;

    private readonly AutoencoderHeader _header;

    private DatasetFigures(AutoencoderHeader header, ReconstructionFigures figures)
    {
        _header = header;
        (Tokens, NonFinite, Dead) = (figures.Tokens, figures.NonFinite, figures.DeadLatents);
        (L0, Fvu) = (figures.ActiveLatents, figures.FractionOfVarianceUnexplained);
    }

    public long Tokens { get; }

    public long NonFinite { get; }

    public double L0 { get; }

    public double Fvu { get; }

    public int Dead { get; }

    /// <summary>Computes the figures.</summary>
    /// <param name="opened">The autoencoder.</param>
    /// <param name="dataset">Folder of the dataset.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="InvalidInputException">The dataset did not record the autoencoder's place.</exception>
    public static async Task<DatasetFigures> ComputeAsync(OpenedAutoencoder opened, string dataset, CancellationToken cancellationToken)
    {
        var header = opened.Header;
        var manifestPath = Path.Combine(dataset, DatasetManifest.FileName);
        var manifest = DatasetManifest.Parse(await File.ReadAllBytesAsync(manifestPath, cancellationToken), manifestPath);
        var (reads, writes) = (Site(header.In, "--in"), Site(header.Out ?? header.In, "--out"));
        var autoencoder = (await opened.LoadAsync(cancellationToken)).ToEngine();
        using var engine = new EngineContext(new EngineOptions { CacheFolder = ScreeningCache.UserFolder });
        using var figures = new ReconstructionFigures(autoencoder, engine);
        foreach (var reference in manifest.Shards)
        {
            using var source = new FileByteSource(Path.Combine(dataset, reference.Path));
            var shard = await Shard.OpenAsync(source, reference, cancellationToken, manifest.Layers);
            var tokens = (int)Math.Min(MostTokens - figures.Tokens, shard.Tokens);
            var x = await ReadAsync(shard, reads, autoencoder.InputSize, tokens, cancellationToken);
            var y = reads == writes ? x : await ReadAsync(shard, writes, autoencoder.OutputSize, tokens, cancellationToken);
            figures.Add(x, y);
            if (figures.Tokens == MostTokens)
            {
                break;
            }
        }

        return new DatasetFigures(header, figures);
    }

    /// <summary>What <c>ae inspect</c> prints of them.</summary>
    public IEnumerable<string> Lines()
    {
        yield return HeaderReport.Line("tokens", Invariant($"{Tokens:N0} of the dataset"));
        yield return HeaderReport.Line("L0", Invariant($"{L0:G6}{Beside(ExpectedL0, "said")}"));
        var unexplained = double.IsNaN(Fvu) ? "none to explain" : Invariant($"{Fvu:G6}");
        yield return HeaderReport.Line("FVU", unexplained + Beside(_header.PublishedFvu, "published"));
        yield return HeaderReport.Line("dead latents", Invariant($"{Dead:N0} of {_header.LatentCount:N0} on these tokens"));
        foreach (var warning in Warnings())
        {
            yield return HeaderReport.Line("warning", warning);
        }
    }

    private double? ExpectedL0 => _header.PublishedL0 ?? (_header.K > 0 ? _header.K : null);

    private IEnumerable<string> Warnings()
    {
        if (NonFinite > 0)
        {
            yield return Invariant($"{NonFinite:N0} tokens have NaN or infinities: they are in no figure");
        }

        if (ExpectedL0 is > 0 and var expected && (L0 > expected * FarL0 || L0 < expected / FarL0))
        {
            yield return Invariant($"L0 is {L0:G4}, its files say {expected:G4}: is it of this model, place and layer, and read as meant?");
        }

        if (_header.PublishedFvu is { } published && Fvu > Math.Max(published * FarFvu, published + NearFvu))
        {
            yield return Invariant(
                $"FVU is {Fvu:G4}, its files say {published:G4}: is it of this model, place and layer, and read as meant?");
        }
        else if (Fvu > 1)
        {
            yield return Invariant($"FVU is {Fvu:G4}: the mean alone would explain more; is it of this model, place and layer?");
        }
    }

    private static string Beside(double? figure, string what) => figure is { } known ? Invariant($" ({known:G6} {what})") : "";

    private static string Site(Place? place, string option)
    {
        if (place?.Location is not { } location)
        {
            throw new CliException($"{place?.Hook ?? "the place"}: the files name no place that datasets record; {option} says it.");
        }

        return ActivationLocation.HasLayers(location) && place.Layer is null
            ? throw new CliException($"{location}: the files don't say the layer; --layer says it.")
            : TensorNames.Format(location, PassType.Forward, ActivationLocation.HasLayers(location) ? place.Layer : null);
    }

    private static async Task<float[]> ReadAsync(Shard shard, string tensor, int width, int tokens, CancellationToken cancellationToken)
    {
        var entry = shard.File.GetTensor(tensor);
        var recorded = entry.Count / entry.Rows;
        if (recorded != width)
        {
            throw new InvalidInputException(
                $"{shard.File.Source.Name}, tensor '{tensor}'", $"has {recorded} values a token; the autoencoder has {width}");
        }

        var values = new float[tokens * width];
        await shard.File.ReadRowsAsync(entry, 0, values, cancellationToken);
        return values;
    }
}
