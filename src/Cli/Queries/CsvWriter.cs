namespace AeServerless.Cli.Queries;

/// <summary>
/// Rows as RFC 4180 has them, with a line of names. A value that is not there is empty; a text that is empty stands in quotes.
/// </summary>
internal sealed class CsvWriter(TextWriter output) : IRowWriter
{
    private static readonly char[] Special = [',', '"', '\n', '\r'];

    public void Begin(IReadOnlyList<string> columns) => WriteLine(columns.Select(Field));

    public void Add(IReadOnlyList<object?> row) => WriteLine(row.Select(value => value is null ? "" : Field(QueryValues.Text(value))));

    public void End() => output.Flush();

    private static string Field(string text) => text.Length == 0 || text.IndexOfAny(Special) >= 0 || text[0] == ' ' || text[^1] == ' '
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text;

    private void WriteLine(IEnumerable<string> fields)
    {
        output.Write(string.Join(',', fields));
        output.Write("\r\n");
    }
}
