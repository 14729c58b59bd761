using System.Text;
using System.Text.RegularExpressions;

namespace AeServerless.LocalHost.Blobs;

/// <summary>A blob trigger's path: <c>container/text{name}text</c>; a <c>{name}</c> matches within one path segment.</summary>
internal sealed class BlobPattern
{
    private readonly Regex _regex;

    private BlobPattern(string container, string prefix, IReadOnlyList<string> names, Regex regex)
    {
        Container = container;
        Prefix = prefix;
        Names = names;
        _regex = regex;
    }

    public string Container { get; }

    /// <summary>What all names that match begin with.</summary>
    public string Prefix { get; }

    /// <summary>The names in braces.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It is not one; the message says why.</exception>
    public static BlobPattern Parse(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == path.Length - 1 || path.AsSpan(0, slash).ContainsAny('{', '}'))
        {
            throw new FormatException($"'{path}' must be container/path, with the container written out.");
        }

        var blob = path[(slash + 1)..];
        var regex = new StringBuilder("^");
        var names = new List<string>();
        for (var at = 0; at < blob.Length;)
        {
            var open = blob.IndexOf('{', at);
            if (open < 0)
            {
                regex.Append(Regex.Escape(blob[at..]));
                break;
            }

            var close = blob.IndexOf('}', open);
            var name = close < 0 ? "" : blob[(open + 1)..close];
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') || !char.IsAsciiLetter(name[0]))
            {
                throw new FormatException($"'{path}' has a '{{' that does not begin a {{name}}.");
            }

            if (names.Contains(name))
            {
                throw new FormatException($"'{path}' has {{{name}}} twice.");
            }

            names.Add(name);
            regex.Append(Regex.Escape(blob[at..open])).Append($"(?<{name}>[^/]+)");
            at = close + 1;
        }

        var brace = blob.IndexOf('{', StringComparison.Ordinal);
        return new(
            path[..slash],
            brace < 0 ? blob : blob[..brace],
            names,
            new(regex.Append('$').ToString(), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));
    }

    /// <summary>The values of the names in braces, if a blob's name matches.</summary>
    public IReadOnlyDictionary<string, string>? Match(string blobName)
    {
        var match = _regex.Match(blobName);
        return match.Success ? Names.ToDictionary(name => name, name => match.Groups[name].Value, StringComparer.OrdinalIgnoreCase) : null;
    }
}
