namespace AeServerless.Architecture.Tests;

/// <summary>The projects that the rules hold for, each with what it may reference: the arrows of docs/architecture.md.</summary>
public static class Projects
{
    public static TheoryData<Project> All =>
    [
        new Project("Engine", "AeServerless.Engine"),
        new Project("Capture", "AeServerless.Capture", "Engine"),
        new Project("Formats", "AeServerless.Formats", "Engine"),
        new Project("Models", "AeServerless.Models", "Engine"),
        new Project("Cli", "ae", "Azurite", "Capture", "Contracts", "Engine", "Formats", "Models"),
    ];
}
