using System.Diagnostics;
using AeServerless.Cli.Stack;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Stack;

public sealed class StackFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void FolderThatIsTaken_IsRefusedWithTheAddressOfTheAppOnIt()
    {
        using var first = StackFolder.Take(_folder.Path);
        first.Tell(new Uri("http://127.0.0.1:7071"), []);

        var error = Assert.Throws<CliException>(() => StackFolder.Take(_folder.Path));

        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:7071", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FolderOfAStackThatIsStarting_SaysToWait()
    {
        using var first = StackFolder.Take(_folder.Path);

        Assert.Contains("is starting", Assert.Throws<CliException>(() => StackFolder.Take(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FolderThatWasGivenBack_CanBeTakenAgain()
    {
        StackFolder.Take(_folder.Path).Dispose();

        using var second = StackFolder.Take(_folder.Path);

        Assert.Equal(_folder.Path, second.Path);
    }

    [Fact]
    public void ProcessesOfAStackThatWasKilled_AreNamed()
    {
        using (var killed = StackFolder.Take(_folder.Path))
        {
            using var orphan = Process.GetCurrentProcess();
            killed.Tell(new Uri("http://127.0.0.1:7071"), [orphan]);
            File.Copy(_folder.File("running.json"), _folder.File("kept.json"));
        }

        File.Move(_folder.File("kept.json"), _folder.File("running.json"));

        var error = Assert.Throws<CliException>(() => StackFolder.Take(_folder.Path));
        Assert.Contains($"kill {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
