using System.Text;

namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>Instance ids: what may be one, and how one is written as a table key.</summary>
internal static class InstanceIds
{
    private const int Longest = 200;

    public static void Validate(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        if (id.Length > Longest)
            throw new ArgumentException($"Instance id '{id.AsSpan(0, 40)}…' is longer than {Longest} characters.", nameof(id));
        if (id[0] == '@' || id.Any(c => c is < ' ' or > '~' or '/' or '\\' or '#' or '?'))
            throw new ArgumentException($"Instance id '{Printable(id)}' must be printable ASCII without / \\ # ? and must not begin with @.", nameof(id));
    }

    /// <summary>The id as a table key and blob name part: characters that either treats specially are written as <c>~XX</c>.</summary>
    public static string ToKey(string id)
    {
        if (id.All(IsPlain))
            return id;
        var key = new StringBuilder();
        foreach (var c in id)
            key.Append(IsPlain(c) ? c.ToString() : $"~{(int)c:X2}");
        return key.ToString();
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ':' or '.' or '@';

    private static string Printable(string id) => string.Concat(id.Select(c => c is < ' ' or > '~' ? '�' : c));
}
