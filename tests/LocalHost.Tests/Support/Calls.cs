using System.Collections.Concurrent;

namespace AeServerless.LocalHost.Tests.Support;

/// <summary>Counts calls by key, across the instances of functions.</summary>
internal static class Calls
{
    private static readonly ConcurrentDictionary<string, int> Counts = new();

    public static int Add(string key) => Counts.AddOrUpdate(key, 1, (_, count) => count + 1);

    public static int Of(string key) => Counts.GetValueOrDefault(key);
}
