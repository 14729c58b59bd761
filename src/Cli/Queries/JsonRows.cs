using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AeServerless.Cli.Queries;

/// <summary>A JSON array with an object for each row.</summary>
internal sealed class JsonRows(TextWriter output) : IRowWriter, IDisposable
{
    private readonly MemoryStream _line = new();
    private IReadOnlyList<string> _columns = [];
    private bool _hasRows;

    public void Begin(IReadOnlyList<string> columns)
    {
        _columns = columns;
        output.Write('[');
    }

    public void Add(IReadOnlyList<object?> row)
    {
        _line.SetLength(0);
        using (var json = new Utf8JsonWriter(_line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            for (var i = 0; i < row.Count; i++)
            {
                json.WritePropertyName(_columns[i]);
                QueryValues.Write(json, row[i]);
            }

            json.WriteEndObject();
        }

        output.Write(_hasRows ? ",\n" : "\n");
        output.Write(Encoding.UTF8.GetString(_line.GetBuffer().AsSpan(0, (int)_line.Length)));
        _hasRows = true;
    }

    public void End()
    {
        output.WriteLine("\n]");
        output.Flush();
    }

    public void Dispose() => _line.Dispose();
}
