using AeServerless.Exports.Sessions;
using DuckDB.NET.Data;

namespace AeServerless.Cli.Queries;

/// <summary>A database in memory whose views are the tables of an export.</summary>
internal sealed class QueryTables : IDisposable
{
    private const string Extension = ".parquet";
    private const string Latents = "latents";

    private readonly DuckDBConnection _connection = new("DataSource=:memory:");
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

    private QueryTables()
    {
    }

    /// <summary>Makes a view of every table of an export.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="report">What is in it.</param>
    public static QueryTables Open(string folder, ExportReport report)
    {
        var tables = new QueryTables();
        tables._connection.Open();
        foreach (var table in report.Files.Where(file => file.Name.EndsWith(Extension, StringComparison.Ordinal))
            .GroupBy(file => file.Name.Split('/')[0], StringComparer.Ordinal))
        {
            // Which scalar a value of the table latents is of, its folder says.
            var scalars = table.GroupBy(file => file.Name.Split('/')[1], StringComparer.Ordinal);
            var parts = table.Key == Latents
                ? scalars.Select(scalar => Select($"*, {Quote(scalar.Key)} AS scalar", folder, scalar))
                : [Select("*", folder, table)];
            tables.Execute($"CREATE VIEW \"{table.Key}\" AS {string.Join(" UNION ALL BY NAME ", parts)}");
            tables._names.Add(table.Key);
        }

        return tables;
    }

    /// <summary>Runs a query and hands its rows to a writer.</summary>
    /// <exception cref="CliException">DuckDB refuses it: the message is DuckDB's, and names the tables.</exception>
    public async Task RunAsync(string sql, IRowWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            writer.Begin([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)]);
            var row = new object?[reader.FieldCount];
            while (await reader.ReadAsync(cancellationToken))
            {
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
                }

                writer.Add(row);
            }

            writer.End();
        }
        catch (DuckDBException error)
        {
            throw new CliException($"{error.Message.TrimEnd('.', ' ', '\n')}. The run's tables are {string.Join(", ", _names)}.");
        }
    }

    public void Dispose() => _connection.Dispose();

    private static string Select(string columns, string folder, IEnumerable<ExportedFile> files) =>
        $"SELECT {columns} FROM read_parquet([{string.Join(", ", files.Select(file => Quote(Path.Combine(folder, file.Name))))}], "
        + "union_by_name = true)";

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
