using System.CommandLine;
using AeServerless.Cli.Commands;

namespace AeServerless.Cli.Tests.Commands;

public sealed class OptionTests
{
    public static TheoryData<string> Names => [.. Commands().Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Command_DescribesItselfAndItsOptions(string name)
    {
        var command = Commands().Single(command => command.Name == name);

        Assert.NotEqual("", command.Description);
        Assert.All(command.Options, option => Assert.False(string.IsNullOrEmpty(option.Description), option.Name));
        Assert.All(command.Arguments, argument => Assert.False(string.IsNullOrEmpty(argument.Description), argument.Name));
    }

    [Theory]
    [InlineData("--workers", "-1")]
    [InlineData("--workers", "65")]
    [InlineData("--port", "high")]
    [InlineData("--colour", "red")]
    public void Up_RefusesWhatItCanNotRun(string option, string value) => Assert.NotEmpty(UpCommand.Create().Parse([option, value]).Errors);

    [Fact]
    public void Up_TakesItsOptions() => Assert.Empty(
        UpCommand.Create().Parse(["--workers", "2", "--port", "7072", "--hub", "mine", "--storage", "UseDevelopmentStorage=true"]).Errors);

    [Fact]
    public void Run_NeedsARecipe() => Assert.Contains(
        RunCommand.Create().Parse(["dataset"]).Errors, error => error.Message.Contains("--recipe", StringComparison.Ordinal));

    [Theory]
    [InlineData("--backward", "sideways")]
    [InlineData("--dtype", "F8")]
    public void Capture_RefusesUnknownChoices(string option, string value) => Assert.Contains(
        CaptureCommand.Create().Parse(["--model", "/", "--out", "/tmp/x", option, value]).Errors,
        error => error.Message.Contains(value, StringComparison.Ordinal));

    private static IEnumerable<Command> Commands() =>
    [
        DemoCommand.Create(), UpCommand.Create(), WorkerCommand.Create(), CaptureCommand.Create(), UploadCommand.Create(),
        RunCommand.Create(),
        StatusCommand.Create(), VerifyCommand.Create(), PoisonCommand.Create(), GcCommand.Create(), PlanCommand.Create(),
    ];
}
