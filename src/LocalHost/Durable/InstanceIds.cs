namespace AeServerless.LocalHost.Durable;

/// <summary>What may be the id of an orchestration instance: the engine itself takes any text, and fails later with some.</summary>
internal static class InstanceIds
{
    private const int Longest = 100;

    /// <exception cref="ArgumentException">It is empty, too long, or has characters that a queue, table or address can't hold.</exception>
    public static void Validate(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        if (id.Length > Longest)
        {
            throw new ArgumentException($"Instance id '{id.AsSpan(0, 40)}…' is longer than {Longest} characters.", nameof(id));
        }

        if (id[0] == '@' || id.Any(c => c is < ' ' or > '~' or '/' or '\\' or '#' or '?'))
        {
            throw new ArgumentException(
                $"Instance id '{Printable(id)}' must be printable ASCII without / \\ # ? and must not begin with @.", nameof(id));
        }
    }

    private static string Printable(string id) => string.Concat(id.Select(c => c is < ' ' or > '~' ? '\uFFFD' : c));
}
