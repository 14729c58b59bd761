using System.Text.Json.Nodes;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>Collects what is wrong with a deployment, each with the resource, the place and what would be right.</summary>
internal sealed class Problems
{
    private readonly List<string> _found = [];

    public IReadOnlyList<string> Found => _found;

    public void Add(string subject, string problem) => _found.Add($"{subject}: {problem}");

    public void Expect(JsonNode resource, string right, params string[] path)
    {
        var value = Snapshot.Text(resource, path);
        if (value != right)
        {
            Add(Name(resource), $"{string.Join('.', path)} is '{value ?? "missing"}', it must be '{right}'");
        }
    }

    public void ExpectOneOf(JsonNode resource, IReadOnlyCollection<string> right, params string[] path)
    {
        var value = Snapshot.Text(resource, path);
        if (value is null || !right.Contains(value))
        {
            Add(Name(resource), $"{string.Join('.', path)} is '{value ?? "missing"}', it must be one of {string.Join(", ", right)}");
        }
    }

    /// <summary>Both ways: what must be there and is not, and what is there and must not be.</summary>
    public void ExpectSame(string subject, string what, IEnumerable<string> actual, IEnumerable<string> right)
    {
        var (has, must) = (actual.ToHashSet(StringComparer.Ordinal), right.ToHashSet(StringComparer.Ordinal));
        foreach (var missing in must.Except(has).Order(StringComparer.Ordinal))
        {
            Add(subject, $"{what} '{missing}' is missing");
        }

        foreach (var unknown in has.Except(must).Order(StringComparer.Ordinal))
        {
            Add(subject, $"{what} '{unknown}' is not known: must be of {string.Join(", ", must.Order(StringComparer.Ordinal))}");
        }
    }

    public static string Name(JsonNode resource) => $"{Snapshot.Text(resource, "type")} {Snapshot.Text(resource, "name")}";
}
