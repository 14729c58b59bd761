using System.Collections.Concurrent;
using AeServerless.Contracts;
using AeServerless.Engine.IO;
using AeServerless.Functions.Results;

namespace AeServerless.Functions.Verification;

/// <summary>
/// Takes the files of a result that is derived again and compares them with the stored ones, with a few blocks of each in memory.
/// </summary>
/// <param name="prefix">The prefix of the stored files.</param>
/// <param name="stored">The stored files.</param>
/// <param name="files">The stored files by the commit marker.</param>
internal sealed class ComparisonSink(string prefix, IResultSource stored, IReadOnlyList<ResultFile> files) : IResultSink
{
    private readonly ConcurrentBag<VerificationDifference> _differences = [];
    private readonly ConcurrentDictionary<string, bool> _seen = [];

    /// <summary>What is different so far, and the stored files that were not derived.</summary>
    public IReadOnlyList<VerificationDifference> Differences =>
    [
        .. _differences.OrderBy(difference => difference.Name, StringComparer.Ordinal),
        .. files.Where(file => !_seen.ContainsKey(file.Name))
            .Select(file => new VerificationDifference($"{prefix}/{file.Name}", "is stored, but not derived")),
    ];

    /// <inheritdoc/>
    public async ValueTask<ResultStream> CreateAsync(string name, CancellationToken cancellationToken)
    {
        _seen[name] = true;
        var file = files.FirstOrDefault(file => file.Name == name);
        var source = file is null ? null : await stored.OpenAsync(name, cancellationToken);
        return new ComparisonStream(source, file, problem => _differences.Add(new VerificationDifference($"{prefix}/{name}", problem)));
    }
}
