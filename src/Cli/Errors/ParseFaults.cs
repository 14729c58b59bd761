using System.CommandLine;
using System.CommandLine.Parsing;

namespace AeServerless.Cli.Errors;

/// <summary>What is wrong with the arguments of a command.</summary>
internal static class ParseFaults
{
    public static string Describe(ParseResult parsed)
    {
        var faults = parsed.Errors.Select(error => error.Message.TrimEnd('.')).Distinct(StringComparer.Ordinal);
        return $"{string.Join(". ", faults)}. {CommandPath(parsed.CommandResult)} --help says what is right."
            .Replace("as expected type 'System.Int32'", "as a whole number", StringComparison.Ordinal)
            .Replace("as expected type 'System.Int64'", "as a whole number", StringComparison.Ordinal)
            .Replace("as expected type 'System.Nullable`1[System.Int32]'", "as a whole number", StringComparison.Ordinal)
            .Replace("as expected type 'System.Nullable`1[System.Int64]'", "as a whole number", StringComparison.Ordinal);
    }

    private static string CommandPath(CommandResult command)
    {
        var names = new List<string>();
        for (SymbolResult? at = command; at is not null; at = at.Parent)
        {
            if (at is CommandResult { Command: not RootCommand } inner)
            {
                names.Insert(0, inner.Command.Name);
            }
        }

        return string.Join(' ', ["./ae", .. names]);
    }
}
