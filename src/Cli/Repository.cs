namespace AeServerless.Cli;

/// <summary>Where things lie in a checkout: the entry script hands its folder over as <c>AE_ROOT</c>.</summary>
internal static class Repository
{
    public static string Root { get; } = Environment.GetEnvironmentVariable("AE_ROOT") is { Length: > 0 } root
        ? root
        : Ancestors(AppContext.BaseDirectory).FirstOrDefault(d => File.Exists(Path.Combine(d, "AeServerless.sln")))
            ?? throw new CliException("AE_ROOT: not set, and no folder above this program holds AeServerless.sln; start it by ./ae.");

    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public static string FunctionApp => Output(Path.Combine("src", "Functions"), "AeServerless.Functions.dll");

    public static string Sample => Path.Combine(Root, "samples", "kjv-gpt2");

    /// <summary>Data and logs of local runs; never committed.</summary>
    public static string State => Path.Combine(Root, ".ae");

    private static string Output(string project, string assembly) =>
        Path.Combine(Root, project, "bin", Configuration, new DirectoryInfo(AppContext.BaseDirectory).Name, assembly);

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }
}
