using AeServerless.Cli.Stack;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Stack;

public sealed class AzuriteStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("")]
    [InlineData("{ \"collections\": [")]
    public void DamagedIndex_IsNamed(string content)
    {
        var index = _folder.File("__azurite_db_blob__.json");
        File.WriteAllText(index, content);

        var error = Assert.Throws<CliException>(() => AzuriteStore.Check(_folder.Path));

        Assert.StartsWith($"{index}: this index of the storage emulator is damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SoundIndexAndOtherFiles_AreFine()
    {
        File.WriteAllText(_folder.File("__azurite_db_blob__.json"), "{}");
        File.WriteAllText(_folder.File("other.json"), "not JSON");

        AzuriteStore.Check(_folder.Path);
    }

    public void Dispose() => _folder.Dispose();
}
