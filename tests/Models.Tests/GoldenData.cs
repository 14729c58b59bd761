using AeServerless.TestSupport;

namespace AeServerless.Models.Tests;

/// <summary>Golden data that tests read.</summary>
internal static class GoldenData
{
    public static string Models => Path.Combine(RepositoryRoot.Path, "tests", "golden-models");

    public static string Tokenizers => Path.Combine(RepositoryRoot.Path, "tests", "golden-tokenizers");

    public static string Model(string name) => Path.Combine(Models, name);

    public static string Tokenizer(string name) => Path.Combine(Tokenizers, name);
}
