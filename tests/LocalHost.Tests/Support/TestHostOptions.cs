namespace AeServerless.LocalHost.Tests.Support;

internal sealed record TestHostOptions(string ConnectionString, params Type[] Functions)
{
    public string Hub { get; init; } = $"T{Guid.NewGuid():N}";

    public string StateFolder { get; init; } = Directory.CreateTempSubdirectory("local-host-tests-").FullName;

    /// <summary>False: each turn replays the history from storage.</summary>
    public bool ExtendedSessions { get; init; } = true;

    public Dictionary<string, string?> Settings { get; init; } = [];
}
