namespace AeServerless.Architecture.Tests;

/// <summary>The projects that the rules hold for, each with what it may reference: the arrows of docs/architecture.md.</summary>
public static class Projects
{
    public static TheoryData<Project> All =>
    [
        new Project("Engine", "AeServerless.Engine"),
        new Project("Capture", "AeServerless.Capture", "Engine", "Models"),
        new Project("Contracts", "AeServerless.Contracts"),
        new Project("Azurite", "AeServerless.Azurite"),
        new Project("LocalHost", "AeServerless.LocalHost"),
        new Project("Functions", "AeServerless.Functions", "Contracts", "Engine", "Exports", "Formats", "LocalHost", "Models"),
        new Project("Formats", "AeServerless.Formats", "Engine"),
        new Project("Models", "AeServerless.Models", "Engine", "Formats"),
        new Project("Exports", "AeServerless.Exports", "Engine"),
        new Project("Cli", "ae", "Azurite", "Capture", "Contracts", "Engine", "Exports", "Formats", "Models"),
    ];
}
