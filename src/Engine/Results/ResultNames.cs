namespace AeServerless.Engine.Results;

/// <summary>The files of a chunk's result, and of results merged from them.</summary>
public static class ResultNames
{
    /// <summary>Tokens and sequences that the result covers.</summary>
    public const string Totals = "totals.safetensors";

    private const string StatisticsFolder = "statistics";
    private const string AutoencodersFolder = "autoencoders";
    private const string TokensFolder = "tokens";
    private const string NormsFolder = "norms";
    private const string LatentsFolder = "latents";
    private const string PositionsFolder = "positions";
    private const string CoactivationFolder = "coactivation";
    private const string LogitsFolder = "logits";
    private const string Extension = ".safetensors";

    /// <summary>Texts of all tokens, of a run.</summary>
    public const string Vocabulary = "vocabulary.safetensors";

    /// <summary>Statistics of a scalar's latents, or of a dense scalar's per-token metrics.</summary>
    public static string Statistics(string scalar, int layer) => PathOf(StatisticsFolder, scalar, layer);

    /// <summary>How well an autoencoder does over all tokens.</summary>
    public static string Autoencoder(string autoencoder, int layer) => PathOf(AutoencodersFolder, autoencoder, layer);

    /// <summary>How well an autoencoder does at every token.</summary>
    public static string Tokens(string autoencoder, int layer) => PathOf(TokensFolder, autoencoder, layer);

    /// <summary>A dense scalar's norm and sum at every token.</summary>
    public static string Norms(string scalar, int layer) => PathOf(NormsFolder, scalar, layer);

    /// <summary>A scalar's values at every token.</summary>
    public static string Latents(string scalar, int layer) => PathOf(LatentsFolder, scalar, layer);

    /// <summary>What an autoencoder does by position, of a run.</summary>
    public static string Positions(string autoencoder, int layer) => PathOf(PositionsFolder, autoencoder, layer);

    /// <summary>Which latents of an autoencoder are active on the same tokens, of a run.</summary>
    public static string Coactivation(string autoencoder, int layer) => PathOf(CoactivationFolder, autoencoder, layer);

    /// <summary>The tokens that an autoencoder's latents promote, of a run.</summary>
    public static string Logits(string autoencoder, int layer) => PathOf(LogitsFolder, autoencoder, layer);

    /// <summary>Which of a result's contents a file belongs to; <see langword="null"/> for files that are not part of a result.</summary>
    public static ResultContents? ContentsOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name == Totals ? ResultContents.Aggregates : Folder(name) switch
        {
            StatisticsFolder or AutoencodersFolder => ResultContents.Aggregates,
            TokensFolder or NormsFolder or LatentsFolder => ResultContents.PerToken,
            _ => null,
        };
    }

    internal static bool IsStatistics(string name) => Folder(name) == StatisticsFolder;

    internal static bool IsAutoencoder(string name) => Folder(name) == AutoencodersFolder;

    private static string? Folder(string name) =>
        name.EndsWith(Extension, StringComparison.Ordinal)
            && name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? name[..slash] : null;

    private static string PathOf(string folder, string name, int layer) => $"{folder}/{name}/{layer}{Extension}";
}
