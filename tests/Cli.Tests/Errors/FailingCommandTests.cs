namespace AeServerless.Cli.Tests.Errors;

[Collection(ConsoleCollection.Name)]
public sealed class FailingCommandTests(Workplace workplace) : IClassFixture<Workplace>
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit)]
    [MemberData(nameof(FailingCommands.Arguments), MemberType = typeof(FailingCommands))]
    [MemberData(nameof(FailingCommands.Apps), MemberType = typeof(FailingCommands))]
    [MemberData(nameof(FailingCommands.Storages), MemberType = typeof(FailingCommands))]
    public async Task End_IsOneLineThatNamesCulpritAndRemedy(FailingCommand command)
    {
        var (exitCode, _, errors) = await Ae.RunAsync(Variables(command), Parts(command.Arguments))
            .WaitAsync(TestContext.Current.CancellationToken);

        AssertOneLine(command, exitCode, errors);
    }

    [Fact(Timeout = Limit)]
    public async Task NobodyListensAtTheStorage_IsOneLine()
    {
        var command = new FailingCommand("upload|recipe|{w}/recipe.json", "AE_STORAGE, http://127.0.0.1:1/a", "./ae up is running");
        var variables = Variables(command);
        variables["AE_STORAGE"] = "AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/a";

        var (exitCode, _, errors) = await Ae.RunAsync(variables, Parts(command.Arguments))
            .WaitAsync(TestContext.Current.CancellationToken);

        AssertOneLine(command, exitCode, errors);
    }

    private Dictionary<string, string?> Variables(FailingCommand command)
    {
        var variables = new Dictionary<string, string?>
        {
            ["AE_HOST"] = workplace.Fill("{stub}"),
            ["AE_KEY"] = "500",
            ["AE_STORAGE"] = "AccountName=mine;AccountKey=a2V5;EndpointSuffix=core.windows.net",
        };
        foreach (var variable in Parts(command.Variables))
        {
            var equals = variable.IndexOf('=', StringComparison.Ordinal);
            variables[variable[..equals]] = variable[(equals + 1)..];
        }

        return variables;
    }

    private string[] Parts(string text) => text.Length == 0 ? [] : [.. text.Split('|').Select(workplace.Fill)];

    private void AssertOneLine(FailingCommand command, int exitCode, string errors)
    {
        Assert.True(exitCode == 1, $"{exitCode}: {errors}");
        Assert.StartsWith("ae: ", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.Contains(workplace.Fill(command.Culprit), errors, StringComparison.Ordinal);
        Assert.Contains(workplace.Fill(command.Remedy), errors, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(FailingCommands.MustStaySecret, errors, StringComparison.Ordinal);
    }
}
