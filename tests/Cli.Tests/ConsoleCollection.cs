namespace AeServerless.Cli.Tests;

/// <summary>Tests that set variables of the process or read what it writes: one after another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ConsoleCollection
{
    public const string Name = "console";
}
