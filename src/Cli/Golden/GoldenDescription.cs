namespace AeServerless.Cli.Golden;

/// <summary>An <c>expected.json</c>.</summary>
/// <param name="Autoencoders">The autoencoders of the run's forward pass.</param>
/// <param name="Aliases">A raw key to the raw key that has the same bytes, which is the one stored.</param>
/// <param name="Entries">Every output.</param>
internal sealed record GoldenDescription(
    IReadOnlyList<GoldenAutoencoder> Autoencoders, IReadOnlyDictionary<string, string> Aliases, IReadOnlyList<GoldenEntry> Entries);
