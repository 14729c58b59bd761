using AeServerless.Cli.Stack;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Stack;

public sealed class ConnectionTests
{
    [Fact]
    public void SavedConnection_IsReadableByThisUserAlone()
    {
        using var folder = new TemporaryFolder();

        new Connection(new Uri("http://127.0.0.1:7071"), "key", "UseDevelopmentStorage=true").Save(folder.Path);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("connection.json")));
        }

        Connection.Forget(folder.Path);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void EnvironmentWithAnAddress_NeedsKeyAndStorageToo()
    {
        Assert.StartsWith("AE_KEY: ", Refusal(new() { ["AE_HOST"] = "http://127.0.0.1:1" }), StringComparison.Ordinal);
        Assert.StartsWith(
            "AE_STORAGE: ", Refusal(new() { ["AE_HOST"] = "http://127.0.0.1:1", ["AE_KEY"] = "k" }), StringComparison.Ordinal);
        Assert.StartsWith("AE_HOST: ", Refusal(new() { ["AE_HOST"] = "not an address" }), StringComparison.Ordinal);
    }

    [Fact]
    public void CompleteEnvironment_IsTheConnection()
    {
        const string storage = "UseDevelopmentStorage=true";
        var environment = new Dictionary<string, string> { ["AE_HOST"] = "http://127.0.0.1:1", ["AE_KEY"] = "k", ["AE_STORAGE"] = storage };

        var connection = Connection.Find(environment.GetValueOrDefault, folder: "");

        Assert.Equal(new Connection(new Uri("http://127.0.0.1:1"), "k", storage), connection);
    }

    [Fact]
    public void NoEnvironment_FindsTheStackThatRuns()
    {
        using var folder = new TemporaryFolder();
        var saved = new Connection(new Uri("http://127.0.0.1:7071"), "key", "UseDevelopmentStorage=true");
        Assert.Contains(
            "./ae up", Assert.Throws<CliException>(() => Connection.Find(_ => null, folder.Path)).Message, StringComparison.Ordinal);

        saved.Save(folder.Path);

        Assert.Equal(saved, Connection.Find(_ => null, folder.Path));
    }

    private static string Refusal(Dictionary<string, string> environment) =>
        Assert.Throws<CliException>(() => Connection.Find(environment.GetValueOrDefault, folder: "")).Message;
}
