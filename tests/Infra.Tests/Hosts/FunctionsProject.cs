using System.Text.Json.Nodes;

namespace AeServerless.Infra.Tests.Hosts;

/// <summary>A copy of the function app's project file and all that decides how it builds, in which a test may change a text.</summary>
internal sealed class FunctionsProject : IDisposable
{
    private const string Project = "src/Functions/AeServerless.Functions.csproj";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("ae-project-");

    public FunctionsProject()
    {
        foreach (var file in (string[])
            [Project, "src/Functions/host.json", "src/Functions/host.azureManaged.json", "src/Functions/local.settings.json",
             "src/Functions/Explorer/Explorer.targets",
             "global.json", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            Repository.CopyTo(_root.FullName, file);
        }
    }

    /// <summary>Replaces a text that must be there, in a file of the project's folder.</summary>
    public FunctionsProject Replace(string file, string text, string replacement)
    {
        var path = Path.Combine(_root.FullName, "src", "Functions", file);
        var source = File.ReadAllText(path);
        Assert.Contains(text, source, StringComparison.Ordinal);
        File.WriteAllText(path, source.Replace(text, replacement, StringComparison.Ordinal));
        return this;
    }

    /// <summary>What a build with these properties would reference and copy. Nothing is restored, so it needs no package.</summary>
    public async Task<FunctionsBuild> EvaluateAsync(CancellationToken cancellationToken, params string[] properties)
    {
        string[] arguments =
            ["msbuild", Path.Combine(_root.FullName, Project), "-getItem:PackageReference", "-getItem:None", .. properties];
        var evaluated = await Tool.RunAsync("dotnet", arguments, environment: null, cancellationToken);
        Assert.True(evaluated.ExitCode == 0, evaluated.Output + evaluated.Errors);
        var items = JsonNode.Parse(evaluated.Output)!["Items"]!;
        return new FunctionsBuild(
            [.. items["PackageReference"]!.AsArray().Select(package => (string)package!["Identity"]!)],
            [.. items["None"]!.AsArray().Select(file => file!.AsObject()).Where(IsHostJson).Select(Host)]);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static bool IsHostJson(JsonObject file) =>
        file["CopyToOutputDirectory"] is not null && ((string?)file["TargetPath"] ?? (string)file["Identity"]!) == "host.json";

    private static HostJson Host(JsonObject file) => HostJson.Parse(File.ReadAllText((string)file["FullPath"]!));
}
