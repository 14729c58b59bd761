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

        var connection = Connection.Find(environment.GetValueOrDefault, new RunningStacks(""));

        Assert.Equal(new Connection(new Uri("http://127.0.0.1:1"), "k", storage), connection);
    }

    [Fact]
    public void NoEnvironment_FindsTheStackThatRuns()
    {
        using var folder = new TemporaryFolder();
        var stacks = new RunningStacks(folder.Path);
        Assert.Contains("./ae up", Assert.Throws<CliException>(() => Connection.Find(_ => null, stacks)).Message, StringComparison.Ordinal);

        Directory.CreateDirectory(stacks.Default);
        Saved(7071).Save(stacks.Default);

        Assert.Equal(Saved(7071), Connection.Find(_ => null, stacks));
    }

    [Fact]
    public void StackOnAnotherFolder_IsFoundAndAmongSeveralNamed()
    {
        using var folder = new TemporaryFolder();
        var stacks = new RunningStacks(folder.Path);
        var other = folder.File("elsewhere");
        using var held = StackFolder.Take(other);
        Saved(7072).Save(other);
        stacks.Add(other);
        Assert.Equal(Saved(7072), Connection.Find(_ => null, stacks));

        using var alsoHeld = StackFolder.Take(stacks.Default);
        Saved(7071).Save(stacks.Default);
        var refusal = Assert.Throws<CliException>(() => Connection.Find(_ => null, stacks)).Message;
        Assert.Contains(other, refusal, StringComparison.Ordinal);
        Assert.Contains("AE_DATA", refusal, StringComparison.Ordinal);
        Assert.Equal(Saved(7072), Connection.Find(name => name == "AE_DATA" ? other : null, stacks));
        Assert.StartsWith(
            "AE_DATA: ",
            Assert.Throws<CliException>(() => Connection.Find(name => name == "AE_DATA" ? folder.File("none") : null, stacks)).Message,
            StringComparison.Ordinal);
    }

    private static Connection Saved(int port) => new(new Uri($"http://127.0.0.1:{port}"), "key", "UseDevelopmentStorage=true");

    private static string Refusal(Dictionary<string, string> environment) =>
        Assert.Throws<CliException>(() => Connection.Find(environment.GetValueOrDefault, new RunningStacks(""))).Message;
}
