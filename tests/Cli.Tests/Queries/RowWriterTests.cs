using System.Numerics;
using System.Text.Json;
using AeServerless.Cli.Queries;

namespace AeServerless.Cli.Tests.Queries;

public sealed class RowWriterTests
{
    private static readonly object?[] Hostile =
    [
        "a \"b\", c\nd", "\u001b[31m\u0000\ud800", null, "", -0.1f, double.NaN, BigInteger.Pow(2, 70), new List<long> { 1, 2 },
    ];

    [Fact]
    public void Csv_QuotesWhatItMust()
    {
        Assert.Equal(
            "t,u,n,e,f,d,b,l\r\n\"a \"\"b\"\", c\nd\",\u001b[31m\u0000\ud800,,\"\",-0.1,NaN,1180591620717411303424,\"[1,2]\"\r\n",
            Write(output => new CsvWriter(output)));
    }

    [Fact]
    public void Json_IsReadBack()
    {
        var json = Write(output => new JsonRows(output));

        var row = Assert.Single(JsonDocument.Parse(json).RootElement.EnumerateArray());
        Assert.Equal("a \"b\", c\nd", row.GetProperty("t").GetString());
        Assert.Equal("\u001b[31m\u0000\ufffd", row.GetProperty("u").GetString());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("n").ValueKind);
        Assert.Equal(JsonValueKind.Null, row.GetProperty("d").ValueKind);
        Assert.Equal(-0.1, row.GetProperty("f").GetDouble());
        Assert.Equal("1180591620717411303424", row.GetProperty("b").GetRawText());
        Assert.Equal([1, 2], row.GetProperty("l").EnumerateArray().Select(item => item.GetInt32()));
    }

    [Fact]
    public void Json_WithoutRows_IsAnEmptyList()
    {
        using var output = new StringWriter();
        using var json = new JsonRows(output);
        json.Begin(["a"]);
        json.End();

        Assert.Empty(JsonDocument.Parse(output.ToString()).RootElement.EnumerateArray());
    }

    [Fact]
    public void Table_HasALineForEachRow_WithoutControlCharacters()
    {
        var table = Write(output => new TableWriter(output));

        var lines = table.TrimEnd().Split(Environment.NewLine);
        Assert.Equal(4, lines.Length);
        Assert.DoesNotContain(lines, line => line.Any(char.IsControl));
        Assert.Equal("1 row.", lines[^1]);
    }

    private static string Write(Func<TextWriter, IRowWriter> create)
    {
        using var output = new StringWriter();
        var writer = create(output);
        writer.Begin(["t", "u", "n", "e", "f", "d", "b", "l"]);
        writer.Add(Hostile);
        writer.End();
        (writer as IDisposable)?.Dispose();
        return output.ToString();
    }
}
